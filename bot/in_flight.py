"""``opstap check --in-flight``: what new flow files would mean for everybody in a talk, before they are published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import select
from sqlmodel import Session

from bot.notebook import read_log
from bot.opening import CHANNELS, check_secret, read_vault, read_wording
from bot.people import CHAT, PERSON, TALK
from bot.scenes import Scenes, fitting_flow, make_scenes, script_folders
from bot.settings import BadSettings, Settings, look_up
from casework.house.organisations import Organisation, load_organisations
from flows.check import sound_flow
from flows.foresight import Change, foresee, foresee_from_the_screen
from flows.script import Flow
from storage.reading import read_only
from storage.vault import Vault

Found: TypeAlias = Mapping[tuple[str, Change], list[str]]
"""Per organisation and change, the ids of the conversations it is about."""

FROM_THE_SCREEN = (
    "This compares the files in use with the question that each person was last asked. "
    "To see all that other files would change, before you publish them: --flows FOLDER"
)

_TALKS = (
    select(TALK.c.id, TALK.c.organisation, TALK.c.asked, CHAT.c.channel, PERSON.c.wrapped_key)
    .join(CHAT, CHAT.c.id == TALK.c.chat_id)
    .join(PERSON, PERSON.c.id == TALK.c.person_id)
    .where(TALK.c.entries > 0)
    .order_by(TALK.c.id)
)


@dataclass(frozen=True, slots=True)
class InFlight:
    """``flows`` is the folder with new files, laid over the shared ones; with ``organisation`` over its own too.

    Without it the files in use are the new ones: they are compared with what each person was last asked.
    """

    flows: Path | None = None
    organisation: str | None = None
    conversations: bool = False


async def look_ahead(settings: Settings, wish: InFlight, tell: Callable[[str], None]) -> None:
    """Print how many people each change touches: ids of questions and conversations, never a name or an answer."""
    organisations = _wanted(load_organisations(settings.organisations), wish)
    scenes = make_scenes(organisations, settings.organisations, CHANNELS, read_wording())
    new = dict(_new_flows(settings.organisations, organisations, wish))

    def work(session: Session) -> Found:
        check_secret(settings, session)
        return _foreseen(session, read_vault(settings), scenes, new)

    found = await read_only(settings.database_url, work)
    for line in _table(found, wish.conversations):
        tell(line)
    if wish.flows is None:
        tell(FROM_THE_SCREEN)


def _wanted(organisations: Mapping[str, Organisation], wish: InFlight) -> Mapping[str, Organisation]:
    if wish.flows is not None and not any(wish.flows.glob("*.yaml")):
        raise BadSettings(f"--flows: there is no flow file (*.yaml) in {wish.flows}")
    if wish.organisation is None:
        return organisations
    return {wish.organisation: look_up(wish.organisation, organisations)}


def _new_flows(folder: Path, organisations: Mapping[str, Organisation], wish: InFlight) -> Iterator[tuple[str, Flow]]:
    """None where the files in use are themselves the new ones."""
    if wish.flows is not None:
        for one in organisations.values():
            yield one.id, _new_flow(folder, one, wish.flows, everywhere=wish.organisation is None)


def _new_flow(folder: Path, organisation: Organisation, flows: Path, *, everywhere: bool) -> Flow:
    """Raises ``Misread`` if somebody could get stuck in it."""
    shared, own = script_folders(folder, organisation.id)
    folders = (shared, flows, own) if everywhere else (shared, own, flows)
    return fitting_flow(sound_flow(organisation.flow, *folders), organisation)


def _foreseen(session: Session, vault: Vault, scenes: Scenes, new: Mapping[str, Flow]) -> Found:
    found: dict[tuple[str, Change], list[str]] = defaultdict(list)
    for row in session.connection().execute(_TALKS):
        if (row.organisation, row.channel) in scenes.settings:
            for change in _changes(session, vault, scenes, new, row):
                found[row.organisation, change].append(row.id)
    return found


def _changes(session: Session, vault: Vault, scenes: Scenes, new: Mapping[str, Flow], row: Any) -> Iterable[Change]:
    setting = scenes.setting(row.organisation, row.channel)
    log = read_log(session, vault.open_key(row.wrapped_key), row.id)
    if row.organisation not in new:
        return foresee_from_the_screen(log, row.asked, setting.flow, setting.facts)
    return foresee(log, setting.flow, new[row.organisation], setting.facts)


def _table(found: Found, conversations: bool) -> Iterator[str]:
    if not found:
        yield "Nobody is in the middle of a talk."
        return
    rows = [("Organisation", "What happens", "Questions", "People")]
    rows += [
        (name, change.kind, " ".join(change.questions), str(len(ids))) for (name, change), ids in sorted(found.items())
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    yield lines[0]
    for line, (_, ids) in zip(lines[1:], sorted(found.items()), strict=True):
        yield line
        yield from (f"  {id}" for id in ids if conversations)
