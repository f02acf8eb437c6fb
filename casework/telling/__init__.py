"""Notices to staff: what waits, on which way they hear of it, and alerts."""
