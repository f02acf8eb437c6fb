"""Campaigns: news for who asked for it, written by staff, sent once to each, stopped at any moment."""
