"""Taking existing licences in: reading a roster, checking every cell, writing all of it at once."""
