"""Tables, one ledger (the unit of work), encryption and migrations."""
