"""What the console needs to fill in together with somebody: the desk that asks, and what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from casework.door.accounts import Account
from flows.messages import Bubble


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is to be read aloud now. The buttons stand under the last message; ``case`` is the person's open one."""

    messages: tuple[Bubble, ...]
    language: str
    case: str | None


@dataclass(frozen=True, slots=True)
class Noted:
    """What the person says on the phone, as the coach enters it: words, or the token of a button.

    ``key`` is new for each form that is shown, so that one sent twice counts once.
    """

    key: str
    words: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """To take home: where to go, and the code to type there; ``link`` does both at once."""

    page: str
    code: str
    link: str


class FillsIn(Protocol):
    """``talk`` names one conversation at one organisation; for any other it is as if it were not there."""

    async def begin(self, account: Account, language: str) -> str:
        """A new person on the phone, who speaks ``language``; the name of the talk."""

    async def begin_with(self, account: Account, case: str) -> str | None:
        """Go on with the person of a case; ``None`` if there is no such case."""

    async def sheet(self, account: Account, talk: str) -> Sheet | None:
        """What stands open."""

    async def note(self, account: Account, talk: str, noted: Noted) -> str:
        """Take an answer in; returns a word to the coach where the button or the words lead nowhere."""

    async def paper(self, account: Account, talk: str) -> Paper | None:
        """A way for the person to go on alone. It works once and is shown here only."""
