"""The fault suite: a running program that is killed, flooded and lied to, and people who talk with it meanwhile."""
