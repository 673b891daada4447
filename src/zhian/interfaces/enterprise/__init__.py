"""The operators' site: log in by telephone, see what is owed by when, do it."""
