"""The staff backend: the console for coaches and the REST API for other systems."""
