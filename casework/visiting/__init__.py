"""Visits: free times, booking, holds, states, reminders, and what staff do with a visit."""
