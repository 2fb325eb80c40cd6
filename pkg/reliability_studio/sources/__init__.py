"""Clients of the systems that hold the telemetry; answers become Polars columns here."""
