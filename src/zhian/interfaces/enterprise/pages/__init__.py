"""One address each, no logic."""
