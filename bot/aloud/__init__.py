"""Reads our messages aloud: from the words on the screen to a sound, offline and without leaving traces."""
