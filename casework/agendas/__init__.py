"""Agendas elsewhere: the port for appointment systems, feeds given out, busy times read in."""
