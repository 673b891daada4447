"""Places from official lists and outlines from maps, brought in whole or not at all."""
