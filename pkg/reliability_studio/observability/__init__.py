"""Logs, metrics and traces of the program itself."""
