"""Reliability Studio: incident response and SLOs inside Grafana OSS."""

__version__ = "0.1.0"
