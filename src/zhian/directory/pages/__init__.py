"""The administration pages: parse, call one action or query, render."""
