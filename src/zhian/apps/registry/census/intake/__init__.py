"""A department's roster: read, looked through, taken in as rows that are never changed."""
