"""A stand-in for Grafana: starts a plugin exactly as Grafana does. A tool for tests and the preview."""
