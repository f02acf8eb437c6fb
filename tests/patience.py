"""How long a test waits for what must come: a busy machine is slow, and who waits in vain fails all the same."""

from __future__ import annotations

PATIENCE = 60.0
"""Seconds."""
