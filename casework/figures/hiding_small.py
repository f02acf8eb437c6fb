"""What may be shown of the reports of a year, so that no small number follows from all tables on offer together.

A table has lines (the parts of a split), a number for each line (its whole) and columns (what the whole is made of).
Three steps, and why nothing can be worked out from them:

1. Of the wholes of all lines, and of the columns of the year, small ones are hidden and as many others as it takes
   (``flows.hiding``). The wholes of a split add up to the number of the year, and so do the columns: these are all
   the ways in which splits meet, so with the year's number known no split tells anything about another one.
2. A line in which a column is small is closed: only its whole is shown, none of its columns, nobody neither. Where
   one line alone is closed, or all closed ones have few people of a column together, another one is closed with them.
   What is left to know of closed lines are sums over them and sums along them; with two lines and two columns that
   have somebody, each number in them can be one more or one less (the bounds of Fréchet for tables of two ways).
3. A column whose number of the year is hidden is hidden in every line.

Months are looked at within their quarter, municipalities of before a merger within the one of now; of a closed one
everything in it is closed. When the number of the year itself is hidden, nothing is shown of that year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from casework.figures.first_steps import MEASURES
from casework.figures.merged_places import lies_now
from casework.figures.report_cells import ALL, UNKNOWN, Cell, quarter_of
from flows.funnel import OUTCOMES
from flows.hiding import LEAST, Sum, to_hide

QUESTIONS = "questions"
"""The report in which numbers are rounded to fives: from one question to the next everybody who stays would be
subtracted from everybody who was asked, and no hiding of small cells helps against that."""
STEPS = "first_steps"
"""The report of the same people as those of the intakes that became a case: a year is shown in both or in neither."""
COLUMNS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "intakes": {
        "begun": ("finished", "left", "going_on"),
        "finished": ("waiting", "accepted", "done", "revoked"),
        "done": ("work", "training", "elsewhere", "stopped", "untold"),
    },
    "visits": {"visits": ("came", "missed", "cancelled", "ahead")},
    "referrals": {"referrals": ("prepared", "sent", "under_way", "done", "ended")},
    "guidance": {"people": ()},
    "walk_ins": {"walk_ins": ()},
    "company_visits": {"company_visits": ()},
    "vacancies": {"vacancies": ("filled", "still_open", "gone")},
    "steps": {"people": ("in_time", "done_later", "none_done")},
    STEPS: {"finished": MEASURES},
    QUESTIONS: {"asked": OUTCOMES},
}
"""Of each report the numbers that are made of others, the one that counts everybody first."""
WITHIN = {"month": "quarter", "before": "municipality"}

Counts = Mapping[Cell, int]


def shown(counts: Counts) -> dict[Cell, int | None]:
    """The numbers as they may be shown, ``None`` for hidden ones (nobody among them). What is missing is nobody.

    Reports and years are looked at apart: nobody is counted in two years, and no number of one report is made of
    numbers of another.
    """
    apart: defaultdict[tuple[str, int], dict[Cell, int]] = defaultdict(dict)
    for cell, count in counts.items():
        if count:
            apart[cell.report, cell.year][cell] = count
    found: dict[Cell, int | None] = {}
    for (report, _), cells in apart.items():
        if report == QUESTIONS:
            found |= _questions(cells)
        else:
            hidden = hidden_cells(cells)
            found |= {**cells, **dict.fromkeys(hidden)}
    return found | dict.fromkeys(_tied(found))


def _tied(found: Mapping[Cell, int | None]) -> Iterator[Cell]:
    """What would tell a number that another report hides: of a year whose number of cases is hidden there."""
    for cell in found:
        if cell.report == STEPS and found.get(cell._replace(report="intakes", measure="finished"), 0) is None:
            yield cell


def whole_of(cell: Cell) -> Cell | None:
    """The number that this one is a part of in its split, if it is part of one."""
    if cell.split in (ALL, "question"):
        return None
    if cell.split == "month":
        return cell._replace(split="quarter", value=quarter_of(cell.value))
    if cell.split == "before":
        now = cell.value if cell.value == UNKNOWN else lies_now(cell.value)
        return cell._replace(split="municipality", value=now)
    return cell._replace(split=ALL, value="")


def rounded(count: int) -> int:
    """To the nearest five, and never to nobody."""
    return max(LEAST, LEAST * round(count / LEAST))


def _questions(cells: Counts) -> dict[Cell, int | None]:
    hidden = to_hide(cells, list(_made_of(cells)))
    return {cell: None if cell in hidden else rounded(count) for cell, count in cells.items()}


def hidden_cells(cells: Counts) -> set[Cell]:
    """Of one report and one year; among them cells that count nobody."""
    columns = COLUMNS[next(iter(cells)).report]
    everybody = next(iter(columns))
    lines = {cell: count for cell, count in cells.items() if cell.measure == everybody}
    year = {cell: count for cell, count in cells.items() if cell.split == ALL}
    hidden = set(to_hide(lines, list(_split_up(lines)))) | to_hide(year, list(_made_of(year)))
    if any(cell.split == ALL and cell.measure == everybody for cell in hidden):
        return set(cells)
    for whole, parts in columns.items():
        _close(cells, whole, parts, hidden)
    return hidden


def _split_up(cells: Iterable[Cell]) -> Iterator[Sum[Cell]]:
    lines: defaultdict[tuple[str, Cell], list[Cell]] = defaultdict(list)
    for cell in cells:
        if (whole := whole_of(cell)) is not None:
            lines[cell.split, whole].append(cell)
    yield from ((whole, parts) for (_, whole), parts in lines.items())


def _made_of(cells: Iterable[Cell]) -> Iterator[Sum[Cell]]:
    for cell in cells:
        parts = COLUMNS[cell.report].get(cell.measure, ())
        if parts:
            yield cell, [cell._replace(measure=part) for part in parts]


def _close(cells: Counts, whole: str, parts: Iterable[str], hidden: set[Cell]) -> None:
    """Add to ``hidden`` the columns of lines that must be closed, split by split, what is within another one last.

    A line with nobody in a whole that is hidden is closed too: else it would tell that there is nobody.
    """
    columns = tuple(parts)
    off = [part for part in columns if any(cell.split == ALL and cell.measure == part for cell in hidden)]
    groups: defaultdict[tuple[bool, str, Cell], list[Cell]] = defaultdict(list)
    for cell in {cell._replace(measure=whole) for cell in cells}:
        if (cell in cells or cell in hidden) and (above := whole_of(cell)) is not None:
            groups[cell.split in WITHIN, cell.split, above].append(cell)
    closed: set[Cell] = set()
    for (_, _, above), lines in sorted(groups.items()):
        closed |= set(lines) if above in closed else _closed(cells, sorted(lines), columns, hidden)
        hidden |= {line._replace(measure=part) for line in lines for part in off}
    hidden |= {line._replace(measure=part) for line in closed for part in columns}


def _closed(cells: Counts, lines: list[Cell], columns: tuple[str, ...], hidden: set[Cell]) -> set[Cell]:
    """Of lines that add up to one that is not closed: those with something small, and who must go with them."""

    def has(line: Cell, column: str) -> int:
        return cells.get(line._replace(measure=column), 0)

    closed = {line for line in lines if line in hidden or any(0 < has(line, column) < LEAST for column in columns)}
    while closed and len(closed) < len(lines):
        few = [column for column in columns if 0 < sum(has(line, column) for line in closed) < LEAST]
        if len(closed) > 1 and not few:
            break
        beside = {
            line: (not any(has(line, column) for column in few), cells.get(line, 0), line)
            for line in lines
            if line not in closed
        }
        closed.add(min(beside, key=beside.__getitem__))
    return closed
