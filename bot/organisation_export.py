"""Prints an organisation's file with everything that staff changed in the console, to be put in its place."""

from __future__ import annotations

from typing import Any

import yaml
from sqlmodel import Session

from bot.settings import Settings, look_up
from casework.hours.house_edits import Edit
from casework.house.in_force import InForce, all_edits
from casework.house.organisation_checks import OWN_LANGUAGES
from casework.house.organisations import FILE, load_organisations
from storage.reading import read_only


async def exported(settings: Settings, organisation: str) -> str:
    """As YAML, without the comments of the file."""
    houses = InForce(load_organisations(settings.organisations))
    look_up(organisation, houses.files)
    file = settings.organisations / organisation / FILE
    data: dict[str, Any] = yaml.load(file.read_text("utf-8"), Loader=yaml.CBaseLoader)  # noqa: S506 - texts only

    def work(session: Session) -> tuple[Edit, ...]:
        return all_edits(session).get(organisation, ())

    for edit in await read_only(settings.database_url, work):
        lay(data, edit)
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=110)


def lay(data: dict[str, Any], edit: Edit) -> None:
    """Put what was written over what the file says there; a line of the console alone becomes what it stands for."""
    heading, id, line = edit.parts
    under: dict[str, Any] = data if not heading else data.setdefault(heading, {})
    match heading, line:
        case "coaches", "new":
            under[id] = {**edit.value, "hours": {}}
        case "faq", "new":
            under[id] = edit.value
        case ("faq", "gone") | ("sessions", "off"):
            if edit.value:
                under.pop(id, None)
        case "", "demonstration":
            pass
        case "", "language_policy":
            data["language_policy"] = edit.value["policy"]
            data["languages"] = [*OWN_LANGUAGES[edit.value["policy"]], *(["en"] if edit.value.get("english") else [])]
        case _:
            _put(under.setdefault(id, {}) if heading else under, line, edit.value)


def _put(lines: dict[str, Any], line: str, value: Any) -> None:
    """An empty text is written for none: then the line goes."""
    if value == "":
        lines.pop(line, None)
    else:
        lines[line] = value
