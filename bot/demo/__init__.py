"""A demonstration: invented people talk with each organisation, staff work on it, and all of it can be forgotten."""
