"""Incidents: their states, and what an alert does to them."""
