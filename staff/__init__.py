"""The staff backend: REST API and web console."""
