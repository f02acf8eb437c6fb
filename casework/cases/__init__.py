"""Cases: handed over, assigned, answered in time, and the dossier with what staff keep beside it."""
