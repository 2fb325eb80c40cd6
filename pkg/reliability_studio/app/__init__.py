"""The composition root: everything is built here, in one visible order, and nowhere else.

`run` is light on purpose. The handshake must reach Grafana within moments, so the heavy parts (Polars, the
database, HTTP clients) are imported after it, in a thread, all at once: a later import could fail when the
plugin's folder is replaced by an update.
"""
