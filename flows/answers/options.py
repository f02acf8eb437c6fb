"""The options of a question as they stand in a flow file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from flows.answers import Option, Reader, Which
from flows.answers.settings import flag, only, text
from flows.log import DONT_KNOW, RATHER_NOT

UNSURE_OPTIONS = (
    Option(DONT_KNOW, "I don't know", alone=True),
    Option(RATHER_NOT, "I'd rather not say", alone=True),
)
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_ICON = re.compile(r"[^A-Za-z0-9 ]{1,8}")


def load_options(settings: Mapping[str, object]) -> tuple[Option, ...]:
    """From ``options`` (``id: label`` or ``id: {label, icon, alone}``); ``unsure: true`` adds two more.

    Raises ``ValueError`` with what is wrong.
    """
    only(settings, "options", "unsure")
    listed = settings.get("options")
    if not isinstance(listed, Mapping):
        raise ValueError("a choice needs options, such as `bike: Bike`")
    own = tuple(_option(id, value) for id, value in listed.items())
    if len(own) < 2:
        raise ValueError("a choice needs at least two options")
    _told_apart(own)
    return own + unsure(settings)


def unsure(settings: Mapping[str, object]) -> tuple[Option, ...]:
    return UNSURE_OPTIONS if flag(settings, "unsure") else ()


def _option(id: object, value: object) -> Option:
    if not isinstance(id, str):
        raise ValueError(f"the option {id!r} is not a text for YAML: put its id between quotes")
    if not _ID.fullmatch(id) or id in (DONT_KNOW, RATHER_NOT):
        raise ValueError(
            f"the option id {id!r} cannot be used (small letters, digits, _ and -; not dont_know, rather_not)"
        )
    if isinstance(value, str):
        value = {"label": value}
    if not isinstance(value, Mapping):
        raise ValueError(f"the option {id!r} needs a label")
    only(value, "label", "icon", "alone", "means")
    return Option(
        id, text(value, "label"), _icon(id, value), flag(value, "alone"), means=_means(id, value.get("means", {}))
    )


def _icon(id: str, value: Mapping[str, object]) -> str:
    icon = text(value, "icon") if "icon" in value else ""
    if icon and not _ICON.fullmatch(icon):
        raise ValueError(f"the icon of {id!r} is {icon!r}, which is no small picture")
    return icon


def _means(id: str, said: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(said, Mapping) or not all(isinstance(part, str) for pair in said.items() for part in pair):
        raise ValueError(f"the option {id!r} must mean names with their values, such as `means: {{goal: job}}`")
    return tuple(said.items())


def _told_apart(options: tuple[Option, ...]) -> None:
    labels: dict[str, str] = {}
    for option in options:
        other = labels.setdefault(option.label.casefold(), option.id)
        if other != option.id:
            raise ValueError(f"the options {other!r} and {option.id!r} have the same label")


def labels(ids: Iterator[str] | tuple[str, ...], options: tuple[Option, ...], reader: Reader) -> Iterator[str]:
    """The labels of ``ids`` for the person; an id that is no longer an option stands for itself."""
    known = {option.id: option.label for option in options}
    return (reader.wording.translate(known.get(id, id), reader.language) for id in ids)


def which(options: tuple[Option, ...], reader: Reader) -> Which:
    """The question which of these is meant."""
    names = labels(tuple(option.id for option in options), options, reader)
    return Which(tuple(replace(option, label=name) for option, name in zip(options, names, strict=True)))
