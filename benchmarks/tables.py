"""Prints what was measured as a table in Markdown, so that it can go into the README as it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The first column to the left, the others to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least ``share`` of all are not above."""
    return sorted(values)[max(0, ceil(len(values) * share) - 1)]
