"""Blind spots, the checks on the ground that they lead to, and how many are still unseen."""
