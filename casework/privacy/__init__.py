"""Proof of consent, how long things are kept, and forgetting people."""
