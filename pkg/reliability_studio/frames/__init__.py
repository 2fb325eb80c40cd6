"""Data frames as Grafana reads them: typed, checked, encoded as Arrow files."""
