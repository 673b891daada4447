"""The pages of the desk: parse, call one action or query, render."""
