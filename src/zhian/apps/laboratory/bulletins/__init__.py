"""Bulletins of failed samples: read, folded into samples, taken in."""
