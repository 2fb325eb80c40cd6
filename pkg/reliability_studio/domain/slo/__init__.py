"""Service level objectives: exact counting, windows, budgets and burn."""
