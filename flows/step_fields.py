"""One step of a flow file, key by key: what does not belong under a key is named, with its line and the remedy."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flows.answers.settings import ID
from flows.marked_yaml import Marked
from flows.problems import Problems, known_or_near
from flows.script import SCREEN, Where

_WRITE_ID = "Use 2 to 24 small letters, digits and _"


@dataclass(frozen=True, slots=True)
class Fields:
    """``data`` is the step, ``file`` how its file is shown. What cannot be used becomes a problem and counts as left
    out."""

    data: Marked
    file: str
    problems: Problems

    @property
    def where(self) -> Where:
        return Where(self.file, self.data.line)

    def wrong(self, key: str, problem: str, remedy: str) -> None:
        self.problems.add(Where(self.file, self.data.line_of(key)), problem, remedy)

    def only(self, known: Collection[str]) -> None:
        for key in self.data:
            if key not in known:
                self.wrong(key, f"unknown key {key!r}", known_or_near(str(key), known))

    def text(self, key: str) -> str:
        """In one line; empty where the key is left out."""
        value = self.data.get(key, "")
        if value is None or (key in self.data and value == ""):
            self.wrong(key, f"nothing stands after `{key}:`", "Write it there, or take the line out")
        elif not isinstance(value, str):
            self.wrong(key, f"`{key}:` is read as {value}, which is no text", "Put it between quotes")
        elif value.count('"') % 2:
            self.wrong(key, f'a " stands alone in `{key}:`', "Take it out, or write the other one")
        return " ".join(str(value or "").split())

    def id(self, key: str, default: str) -> str:
        value = self.data.get(key, default)
        if key in self.data and not (isinstance(value, str) and ID.fullmatch(value)):
            self.wrong(key, f"{value!r} is no {'question ' if key == 'ask' else ''}id", _WRITE_ID)
        return str(value)

    def flag(self, key: str) -> bool:
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            self.wrong(key, f"{key} is {value!r}, and only true or false can stand here", f"Write {key}: true")
        return value is True

    def page(self) -> int | None:
        """How many options one screen shows, if that is said."""
        value = self.data.get("page")
        if "page" not in self.data:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and 2 <= value <= SCREEN:
            return value
        self.wrong("page", f"page is {value!r}, which is no number from 2 to {SCREEN}", f"Write page: {SCREEN}")
        return None
