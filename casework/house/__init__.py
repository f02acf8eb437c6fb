"""An organisation as data: its file, and what its staff change of it in the console."""
