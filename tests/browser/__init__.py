"""A person with a browser, on the real pages, with the running settings."""
