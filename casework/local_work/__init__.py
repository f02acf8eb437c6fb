"""Chores that people do as a step to work, the customers who ask for them, and cheques that companies get to try."""
