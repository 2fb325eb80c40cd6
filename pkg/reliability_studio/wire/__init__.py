"""Grafana's plugin protocol: the only code that sees protobuf."""
