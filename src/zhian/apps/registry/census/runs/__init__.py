"""Linking of all rosters: computed, checked, and published by a second person."""
