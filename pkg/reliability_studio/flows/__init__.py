"""Use cases: read, decide, write, publish."""
