"""No small number of people can be read from a table, nor worked out from its sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.hiding import LEAST, to_hide

Cell = tuple[str, str]
OUTCOMES = ("yes", "no", "left")
GROUPS = ("nl", "fr", "en")
ROW: list[tuple[str, list[str]]] = [("all", ["a", "b", "c"])]


def sums() -> list[tuple[Cell, list[Cell]]]:
    over_groups = [((name, "all"), [(name, group) for group in GROUPS]) for name in ("asked", *OUTCOMES)]
    over_outcomes = [(("asked", group), [(name, group) for name in OUTCOMES]) for group in ("all", *GROUPS)]
    return [*over_groups, *over_outcomes]


def table(counts: Sequence[int]) -> dict[Cell, int]:
    """The inner cells as given, with all their sums."""
    cells = dict(zip(product(OUTCOMES, GROUPS), counts, strict=True))
    for name in OUTCOMES:
        cells[name, "all"] = sum(cells[name, group] for group in GROUPS)
    for group in ("all", *GROUPS):
        cells["asked", group] = sum(cells[name, group] for name in OUTCOMES)
    return cells


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ((20, 30, 10), set()),
        ((20, 30, 0), set()),
        ((20, 30, 4), {"a", "c"}),
    ],
)
def test_a_small_cell_takes_the_smallest_of_the_others_with_it(counts: tuple[int, int, int], hidden: set[str]) -> None:
    names = {"a": counts[0], "b": counts[1], "c": counts[2], "all": sum(counts)}
    assert to_hide(names, ROW) == hidden


def test_two_small_cells_that_are_few_together_take_a_third_with_them() -> None:
    assert to_hide({"a": 2, "b": 2, "c": 9, "all": 13}, ROW) == {"a", "b", "c"}
    assert to_hide({"a": 2, "b": 3, "c": 9, "all": 14}, ROW) == {"a", "b"}


def test_where_everybody_is_in_one_small_cell_the_sum_is_hidden_too() -> None:
    assert to_hide({"a": 3, "b": 0, "c": 0, "all": 3}, ROW) == {"a", "all"}


def test_nobody_is_shown_as_nobody() -> None:
    assert to_hide({"a": 0, "b": 0, "c": 0, "all": 0}, ROW) == frozenset()


COUNTS = st.lists(st.one_of(st.integers(0, 6), st.integers(0, 60)), min_size=9, max_size=9)


@given(COUNTS)
@settings(max_examples=300, deadline=None)
def test_every_small_cell_is_hidden_and_none_follows_from_the_sums(counts: list[int]) -> None:
    cells = table(counts)
    hidden = to_hide(cells, sums())
    assert all(cell in hidden for cell, count in cells.items() if 0 < count < LEAST)
    for cell in hidden:
        assert cells[cell]
        if cells[cell] < LEAST:
            assert another(cells, hidden, cell), cell


@given(COUNTS)
@settings(max_examples=100, deadline=None)
def test_hiding_keeps_to_what_is_needed(counts: list[int]) -> None:
    cells = table(counts)
    if all(count == 0 or count >= LEAST for count in cells.values()):
        assert to_hide(cells, sums()) == frozenset()


def another(cells: Mapping[Cell, int], hidden: frozenset[Cell], cell: Cell) -> bool:
    """Whether some other table of people looks the same to who sees only what is shown, but differs in ``cell``.

    Who looks knows every nobody, so a hidden cell counts at least one. Found by search, not by algebra.
    """
    same = {key: 0 for key in cells if key not in hidden}
    return any(_shifted(cells, {**same, cell: by}) for by in SHIFTS[1:])


SHIFTS = (0, 1, -1, 2, -2, 3, -3)


def _shifted(cells: Mapping[Cell, int], shifts: dict[Cell, int]) -> bool:
    """Whether all other cells can be shifted so that every sum still holds."""
    decided = True
    while decided:
        decided = False
        for whole, parts in sums():
            unknown = [key for key in (whole, *parts) if key not in shifts]
            of_parts = sum(shifts[key] for key in parts if key in shifts)
            if not unknown and shifts[whole] != of_parts:
                return False
            if len(unknown) == 1:
                shifts[unknown[0]] = of_parts if unknown[0] == whole else shifts[whole] - of_parts
                decided = True
    if any(shift and cells[key] + shift < 1 for key, shift in shifts.items()):
        return False
    left = [key for key in cells if key not in shifts]
    return not left or any(_shifted(cells, {**shifts, left[0]: by}) for by in SHIFTS)
