"""``python -m bot``: the command ``opstap`` where it is not installed."""

from __future__ import annotations

from bot.cli import app

if __name__ == "__main__":
    app(prog_name="opstap")
