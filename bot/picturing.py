"""``opstap draw``: a picture of a flow in a language, if wanted with how people got on in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.counting import count
from bot.opening import Papers, read_papers
from bot.scenes import script_folders
from bot.settings import BadSettings, Settings, look_up
from flows.drawing import PAPERS, pages, picture
from flows.drawing_blocks import Share, Wanted
from flows.funnel import ALL, QUIET, Tally
from flows.funnel_table import people, reached, rows
from flows.in_words import Teller
from flows.load import Scripts
from flows.messages import Phrase
from flows.outline import outline
from flows.script import Flow


@dataclass(frozen=True, slots=True)
class Sketch:
    """What to draw for whom: without a name for the first organisation. ``paper`` is ``a3`` or ``a4``: then there is a
    file for each sheet."""

    flow: str
    organisation: str | None
    language: str
    out: Path | None = None
    paper: str | None = None
    numbers: bool = False


async def draw_flow(settings: Settings, wish: Sketch, tell: Callable[[str], None]) -> None:
    """Write the picture to a file."""
    papers = read_papers(settings)
    _agree(papers, wish)
    tally = None
    if wish.numbers:
        whose = look_up(wish.organisation, papers.organisations).id
        tally = (await count(settings, papers.scenes, [whose], QUIET))[whose]
    wanted = wanted_picture(settings, papers, wish, tally)
    for file, drawn in _files(wish, wanted):
        _write(file, drawn)
        tell(f"Written to {file}: open it in a browser.")


def _files(wish: Sketch, wanted: Wanted) -> Iterator[tuple[Path, str]]:
    out = wish.out or Path(f"{wish.flow}.svg")
    if wish.paper is None:
        yield out, picture(wanted)
        return
    for number, sheet in enumerate(pages(wanted, PAPERS[wish.paper]), 1):
        yield out.with_name(f"{out.stem}-{number}{out.suffix}"), sheet


def wanted_picture(settings: Settings, papers: Papers, wish: Sketch, tally: Tally | None) -> Wanted:
    """What to draw; with a tally, its numbers stand in it."""
    organisation = look_up(wish.organisation, papers.organisations)
    scripts = Scripts(*script_folders(settings.organisations, organisation.id))
    if wish.flow not in scripts.names:
        raise BadSettings(f"there is no flow {wish.flow}. Known: {', '.join(scripts.names)}")
    flow = scripts.flow(wish.flow)
    whole = scripts.flow(organisation.flow)
    teller = _teller(flow, whole, papers, wish.language)
    heading = [teller.say(Phrase("Talk: {title}"), title=teller.translate(flow.title)), organisation.name]
    talked = people(tally).get(ALL) if tally else None
    if talked is not None:
        heading.append(teller.say(Phrase("{people} people"), people=talked))
    shares = dict(_shares(tally, whole)) if tally else None
    return Wanted(outline(scripts, flow), teller, " · ".join(heading), wish.language, shares)


def _agree(papers: Papers, wish: Sketch) -> None:
    look_up(wish.organisation, papers.organisations)
    if wish.language not in papers.wording.languages:
        raise BadSettings(f"there is no language {wish.language}. Choose: {', '.join(papers.wording.languages)}.")
    if wish.paper not in (None, *PAPERS):
        raise BadSettings(f"there is no paper {wish.paper}. Choose: {', '.join(PAPERS)}.")


def _teller(flow: Flow, whole: Flow, papers: Papers, language: str) -> Teller:
    """Guards of a part name questions before it: where it is a part of the whole flow, these are known."""
    known = whole if whole.asks.keys() >= flow.asks.keys() else flow
    return Teller(known, lambda text: papers.wording.translate(text, language))


def _shares(tally: Tally, flow: Flow) -> Iterator[tuple[str, Share]]:
    """By the name of a step; a hidden number stays hidden."""
    talked = people(tally).get(ALL)
    for name, met in reached(tally, flow).items():
        yield name, Share(_percent(met, talked))
    for row in rows(tally, flow):
        if row.group == ALL:
            cells, asked = row.cells, row.cells["asked"]
            parts = {"answered": _both(cells, "first", "later"), "skipped": cells["skipped"]}
            parts |= {"missed": cells["again"], "left": cells["left"]}
            shares = {name: _percent(part, asked) for name, part in parts.items()}
            yield f"ask {row.question}", Share(_percent(asked, talked), shares)


def _both(cells: Mapping[str, int | None], one: str, other: str) -> int | None:
    first, second = cells[one], cells[other]
    return None if first is None or second is None else first + second


def _percent(part: int | None, whole: int | None) -> int | None:
    return None if part is None or not whole else round(100 * part / whole)


def _write(file: Path, drawn: str) -> None:
    try:
        file.write_text(drawn, encoding="utf-8")
    except OSError as problem:
        raise BadSettings(f"{file} cannot be written ({problem.strerror}): choose another place") from None
