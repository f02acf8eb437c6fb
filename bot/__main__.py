"""The command ``opstap``, also ``python -m bot`` where it is not installed."""

from __future__ import annotations

import gc


def main() -> None:
    """While a program loads nothing is garbage, and looking for it takes a tenth of the start: commands that last
    switch the search on when they are loaded."""
    gc.disable()
    from bot.cli import app

    app(prog_name="opstap")


if __name__ == "__main__":
    main()
