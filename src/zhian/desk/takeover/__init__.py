"""Taking over a running office: the open matters of another system, whole or not at all."""
