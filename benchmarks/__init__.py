"""What Opstap costs and how it compares, measured: see README.md."""
