"""Nobody can work out a small number of the reports, from whatever tables are on offer, by whatever subtraction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.figures.hiding_small import COLUMNS, rounded, shown, whole_of
from casework.figures.report_cells import ALL, Cell, Intake, Visit, of_intake, of_visit
from flows.hiding import LEAST

NOW = datetime(2027, 1, 20, 12, 0, tzinfo=UTC)
EVERYBODY = {"begun", "visits", "referrals"}
NEW_YEAR = datetime(2025, 12, 31, 23, 0, tzinfo=UTC)
"""In Brussels 2026 begins."""
PLACES = ("3700:Tongeren", "3840:Borgloon", "3500:Hasselt", "3720:Kortessem", "3600:Genk", None)
Row = dict[Cell, Fraction]

INTAKES = st.builds(
    Intake,
    began=st.integers(0, 364).map(lambda day: NEW_YEAR + timedelta(days=day, hours=3)),
    heard=st.sampled_from([NOW, NOW - timedelta(days=30)]),
    language=st.sampled_from(["nl", "nl", "nl", "fr"]),
    channel=st.sampled_from(["telegram", "web"]),
    place=st.sampled_from(PLACES),
    goal=st.sampled_from(["job", "job", "training", None]),
    case=st.sampled_from([None, "offered", "accepted", "accepted", "done", "done"]),
    outcome=st.sampled_from([None, "work", "work", "own_business", "training", "stopped"]),
    door=st.sampled_from(["job_seeker", "job_seeker", "job_seeker", "company", "chores_customer"]),
    site=st.sampled_from(["hasselt", "genk", None]),
    first_step=st.sampled_from([None, NEW_YEAR + timedelta(days=9), NEW_YEAR + timedelta(days=400)]),
)
CROWDS = st.lists(st.tuples(INTAKES, st.sampled_from([1, 1, 2, 4, 6, 12])), min_size=1, max_size=20)


def counted(crowd: Iterable[tuple[Intake, int]]) -> Counter[Cell]:
    counts: Counter[Cell] = Counter()
    for intake, times in crowd:
        for cell in of_intake(intake, NOW):
            counts[cell] += times
    return counts


class Attacker:
    """Knows every number that is shown, that what is not there is nobody, and how everything adds up: month, quarter
    and year, split and total, before and after the mergers, begun and finished, and that the report of first steps is
    about the same cases. A line that is listed has somebody."""

    def __init__(self, published: Mapping[Cell, int | None]) -> None:
        self.unknown = {cell for cell, count in published.items() if count is None}
        self.equations = [self._equation(whole, parts, published) for whole, parts in ways_to_add_up(published)]

    def _equation(
        self, whole: Cell, parts: Iterable[Cell], published: Mapping[Cell, int | None]
    ) -> tuple[Row, Fraction]:
        row: Row = {}
        right = Fraction(0)
        for cell, sign in ((whole, -1), *((part, 1) for part in parts)):
            if cell in self.unknown:
                row[cell] = Fraction(sign)
            else:
                right -= sign * (published.get(cell) or 0)
        return row, right

    def solved(self) -> set[Cell]:
        """What follows from the equations alone, by elimination."""
        pivots: dict[Cell, tuple[Row, Fraction]] = {}
        for row, right in self.equations:
            row, right = _reduced(row, right, pivots)
            if not row:
                assert right == 0, "what is shown adds up"
                continue
            pivot = min(row)
            row, right = {cell: factor / row[pivot] for cell, factor in row.items()}, right / row[pivot]
            for other, (their, value) in list(pivots.items()):
                pivots[other] = _reduced(their, value, {pivot: (row, right)})
            pivots[pivot] = row, right
        return {cell for cell, (row, _) in pivots.items() if len(row) == 1}

    def cornered(self) -> set[Cell]:
        """What has one possible value left when least and most are narrowed down along every equation.

        All are whole numbers here, and each number of people is added or taken away once.
        """
        equations = [({cell: int(sign) for cell, sign in row.items()}, int(right)) for row, right in self.equations]
        low = {cell: int(cell.split == ALL or cell.measure in EVERYBODY) for cell in self.unknown}
        high = dict.fromkeys(self.unknown, 10_000)
        narrowed = True
        while narrowed:
            narrowed = False
            for row, right in equations:
                for cell, sign in row.items():
                    least, most = _rest(row, cell, low, high)
                    ends = sorted(((right - least) * sign, (right - most) * sign))
                    if ends[0] > low[cell] or ends[1] < high[cell]:
                        low[cell], high[cell] = max(low[cell], ends[0]), min(high[cell], ends[1])
                        narrowed = True
        return {cell for cell in self.unknown if low[cell] == high[cell]}


def ways_to_add_up(published: Iterable[Cell]) -> Iterator[tuple[Cell, list[Cell]]]:
    """Of the parts that are shown or hidden, and of nobody else."""
    lines: dict[tuple[str, Cell], list[Cell]] = {}
    for cell in published:
        if cell.report == "first_steps" and cell.measure == "finished":
            yield cell._replace(report="intakes"), [cell]
        if (whole := whole_of(cell)) is not None:
            lines.setdefault((cell.split, whole), []).append(cell)
        if parts := COLUMNS[cell.report].get(cell.measure, ()):
            yield cell, [cell._replace(measure=part) for part in parts]
    yield from ((whole, parts) for (_, whole), parts in lines.items())


def _reduced(row: Row, right: Fraction, pivots: Mapping[Cell, tuple[Row, Fraction]]) -> tuple[Row, Fraction]:
    row = dict(row)
    for pivot in [cell for cell in row if cell in pivots]:
        factor = row.get(pivot, Fraction(0))
        their, value = pivots[pivot]
        for cell, by in their.items():
            row[cell] = row.get(cell, Fraction(0)) - factor * by
        right -= factor * value
    return {cell: factor for cell, factor in row.items() if factor}, right


def _rest(row: Mapping[Cell, int], but: Cell, low: Mapping[Cell, int], high: Mapping[Cell, int]) -> tuple[int, int]:
    least = most = 0
    for cell, sign in row.items():
        if cell != but:
            ends = (low[cell], high[cell]) if sign > 0 else (-high[cell], -low[cell])
            least, most = least + ends[0], most + ends[1]
    return least, most


def small(counts: Mapping[Cell, int]) -> set[Cell]:
    return {cell for cell, count in counts.items() if 0 < count < LEAST}


@given(CROWDS)
@settings(max_examples=40, deadline=None)
def test_no_small_number_follows_from_all_tables_together(crowd: list[tuple[Intake, int]]) -> None:
    counts = counted(crowd)
    published = shown(counts)
    attacker = Attacker(published)
    assert small(counts) <= attacker.unknown
    assert not attacker.solved() & small(counts)
    assert not attacker.cornered() & small(counts)


def naive(counts: Mapping[Cell, int]) -> dict[Cell, int | None]:
    return {cell: None if count < LEAST else count for cell, count in counts.items()}


def crowd_of(**parts: int) -> list[tuple[Intake, int]]:
    """So many people of each place; they all began in March."""
    at = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    codes = {"tongeren": "3700:Tongeren", "borgloon": "3840:Borgloon", "genk": "3600:Genk", "hasselt": "3500:Hasselt"}
    return [(Intake(at, NOW, "nl", "web", codes[name], "job", "accepted"), count) for name, count in parts.items()]


def test_the_attacker_finds_what_hiding_small_numbers_alone_gives_away() -> None:
    """So a test that the attacker finds nothing can fail."""
    counts = counted(crowd_of(tongeren=20, borgloon=2, genk=30))
    attacker = Attacker(naive(counts))
    borgloon = Cell("intakes", 2026, "before", "Borgloon", "begun")
    assert borgloon in attacker.solved()
    assert borgloon in attacker.cornered()


def test_a_merger_does_not_give_the_smaller_part_away() -> None:
    counts = counted(crowd_of(tongeren=20, borgloon=2, genk=30, hasselt=9))
    published = shown(counts)
    before = {cell.value: count for cell, count in published.items() if cell.split == "before"}
    now = {cell.value: count for cell, count in published.items() if cell.split == "municipality"}
    assert before["Borgloon"] is None
    assert before["Tongeren"] is None or now["Tongeren-Borgloon"] is None


def test_a_year_in_which_nobody_is_few_is_shown_whole() -> None:
    counts = counted(crowd_of(tongeren=20, borgloon=8, genk=30))
    assert None not in shown(counts).values()


def test_what_is_shown_is_what_was_counted() -> None:
    counts = counted(crowd_of(tongeren=20, borgloon=2, genk=30, hasselt=40))
    published = shown(counts)
    assert all(count in (None, counts[cell]) for cell, count in published.items())
    assert published[Cell("intakes", 2026, "all", "", "begun")] == 92


def test_of_a_year_whose_cases_are_hidden_no_first_step_is_told() -> None:
    """Three left off and seven went on: where both are hidden, who went on must not be read elsewhere."""
    at = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    case, left = Intake(at, at, "nl", "web", case="accepted", first_step=at), Intake(at, at, "nl", "web")
    counts = counted([(case, 7), (left, 3)])
    published = shown(counts)
    assert published[Cell("intakes", 2026, ALL, "", "finished")] is None
    assert {count for cell, count in published.items() if cell.report == "first_steps"} == {None}
    assert not Attacker(published).solved() & small(counts)


def test_visits_are_looked_at_by_themselves() -> None:
    visit = Visit(datetime(2026, 5, 4, 8, 0, tzinfo=UTC), "attended", "visit", "office", "nl", "3600:Genk", "job")
    counts = Counter(dict.fromkeys(of_visit(visit), 7))
    counts.update(dict.fromkeys(of_visit(Visit(visit.starts, "no_show", "visit", "office", "nl")), 3))
    published = shown(counts)
    attacker = Attacker(published)
    assert not attacker.solved() & small(counts)


def questions(counts: Mapping[str, int]) -> Iterator[tuple[Cell, int]]:
    for name, count in counts.items():
        yield Cell("questions", 2026, "question", "name", name), count


def test_numbers_of_questions_are_rounded_so_that_who_left_is_not_who_is_missing_at_the_next() -> None:
    published = shown(dict(questions({"asked": 98, "first": 91, "left": 2, "later": 5})))
    by_name = {cell.measure: count for cell, count in published.items()}
    assert by_name["left"] is None
    assert by_name["asked"] == 100
    assert all(count is None or count % 5 == 0 for count in by_name.values())


@pytest.mark.parametrize(("count", "near"), [(5, 5), (7, 5), (8, 10), (98, 100), (100, 100)])
def test_rounding_is_to_the_nearest_five(count: int, near: int) -> None:
    assert rounded(count) == near
