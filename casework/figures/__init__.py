"""Reports: counted from the tables, published so that no small number can be worked out."""
