"""The scripts people talk along, and the pure engine that walks them: values in, values out."""
