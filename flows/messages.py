"""What is said: bubbles of plain text with buttons, the one rendering model that every channel draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from flows.heard import Tap

Param: TypeAlias = "str | int | datetime | Phrase | tuple[Phrase, ...]"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text by its English source, with values for its ``{placeholders}``; translated when rendered.

    ``fixed`` marks words that are no text of ours (a name, what the person said): never translated.
    """

    source: str
    params: Mapping[str, Param] = field(default_factory=dict)
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A button before rendering."""

    label: Phrase
    tap: Tap
    icon: str = ""
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A button before rendering that leads away from the chat. Whoever has the ``address`` may be let in by it."""

    label: Phrase
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Saying:
    """One message of ours before rendering. ``question`` is the question it asks, if it asks one.

    ``expects`` hints what kind of answer is hoped for (``text``, ``place``, ``phone``, ``email``,
    ``date``, ``number``, ``choice``); a channel may help with it or not. ``redraws`` says that this is
    the question on the screen with other ticks: a channel that can edit its message does that.
    ``before`` stands above the text and ``lines`` between the two, a line each; ``every_language`` says
    the text in all languages that we offer, for who has not chosen yet; ``languages`` names those to say it in.
    ``link`` stands under the text, above any choices.
    """

    text: Phrase
    choices: tuple[Choice, ...] = ()
    tools: tuple[Choice, ...] = ()
    question: str | None = None
    expects: str = "choice"
    redraws: bool = False
    before: tuple[Phrase, ...] = ()
    lines: tuple[Phrase, ...] = ()
    every_language: bool = False
    languages: tuple[str, ...] = ()
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """``token`` is what travels on the wire for ``tap``; empty until the message is addressed."""

    label: str
    tap: Tap
    ticked: bool = False
    token: str = ""


@dataclass(frozen=True, slots=True)
class LinkButton:
    """A button that leads to ``address``, in the language of its message."""

    label: str
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TextFile:
    """A small file of text that goes with a message."""

    name: str
    mime: str
    text: str


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message ready to be drawn: plain text, answer buttons, and tool buttons (skip, back, ...).

    ``ours`` says that no word or number of it is about a person; ``languages`` are those of its last lines,
    one each, where it is said in several; ``aloud`` asks a page to read it aloud by itself. The text stands under
    the ``file``, if there is one.
    """

    text: str
    language: str
    buttons: tuple[Button, ...] = ()
    tools: tuple[Button, ...] = ()
    question: str | None = None
    expects: str = "choice"
    redraws: bool = False
    ours: bool = False
    languages: tuple[str, ...] = ()
    aloud: bool = False
    file: TextFile | None = None
    link: LinkButton | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain data for the outgoing tray; ``Bubble.from_json`` is its inverse."""
        return {
            "text": self.text,
            "language": self.language,
            "buttons": [_button_json(button) for button in self.buttons],
            "tools": [_button_json(button) for button in self.tools],
            "question": self.question,
            "expects": self.expects,
            "redraws": self.redraws,
            "ours": self.ours,
            "languages": self.languages,
            "aloud": self.aloud,
            "file": [self.file.name, self.file.mime, self.file.text] if self.file else None,
            "link": [self.link.label, self.link.address] if self.link else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Bubble:
        return cls(
            text=data["text"],
            language=data["language"],
            buttons=tuple(map(_button, data["buttons"])),
            tools=tuple(map(_button, data["tools"])),
            question=data["question"],
            expects=data["expects"],
            redraws=data["redraws"],
            ours=data.get("ours", False),
            languages=tuple(data.get("languages", ())),
            aloud=data.get("aloud", False),
            file=TextFile(*data["file"]) if data.get("file") else None,
            link=LinkButton(*data["link"]) if data.get("link") else None,
        )


def _button_json(button: Button) -> list[Any]:
    return [button.label, button.tap.question, button.tap.option, button.ticked, button.token]


def _button(data: list[Any]) -> Button:
    label, question, option, ticked, token = data
    return Button(label, Tap(question, option), ticked, token)
