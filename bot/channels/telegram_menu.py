"""The commands behind Telegram's menu button: of each, the first word that people may type for it anyway."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from flows.messages import Phrase
from flows.wording import Wording

SESSIONS = "sessions"
COMMANDS = {
    "help": Phrase("What can I do?"),
    "back": Phrase("Go back one question"),
    "change": Phrase("Change an answer"),
    SESSIONS: Phrase("Group sessions"),
    "language": Phrase("Another language"),
    "aloud": Phrase("Read aloud"),
    "person": Phrase("Talk with a person"),
    "stop": Phrase("Stop"),
}
_NAME = re.compile(r"[a-z0-9_]{1,32}")


def menus(wording: Wording, languages: Iterable[str], *, sessions: bool = False) -> dict[str, Mapping[str, str]]:
    """A menu for each of an organisation's languages, and under ``""`` that of the first for everybody else.

    ``sessions`` says that the organisation holds group sessions.
    """
    names = tuple(name for name in COMMANDS if sessions or name != SESSIONS)
    by_language = {language: _menu(wording, language, names) for language in languages}
    return {**by_language, "": next(iter(by_language.values()), {})}


def _menu(wording: Wording, language: str, commands: Iterable[str]) -> dict[str, str]:
    typed = wording.words[language].commands if language in wording.words else {}
    menu = {}
    for command in commands:
        names = (word.replace(" ", "_").lower() for word in typed.get(command, ()))
        name = next(filter(_NAME.fullmatch, names), None)
        if name:
            menu[name] = wording.translate(COMMANDS[command].source, language)
    return menu
