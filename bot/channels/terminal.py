"""The terminal as a channel: bubbles are printed, buttons have numbers, a line is what was said."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import orjson
from sqlmodel import Session, col, select

from bot.converse import Converse
from bot.incoming import Incoming
from bot.people import Partner, Place, find
from flows.heard import Said, Started, Tapped
from flows.messages import Bubble, Button
from storage.tables import Outgoing
from storage.tray_statements import OPEN
from storage.trays import mark

CHANNEL = "terminal"


@dataclass(slots=True)
class Terminal:
    """One person at one keyboard. ``write`` shows a line; ``say`` takes one."""

    converse: Converse
    organisation: str
    address: str
    write: Callable[[str], None]
    _tools: dict[str, Button] = field(default_factory=dict)
    _beside: tuple[Button, ...] = ()

    async def start(self, language: str | None) -> None:
        await self._take(Incoming(self.organisation, CHANNEL, _key(), self.address, Started(), language))

    async def say(self, line: str) -> None:
        """A line as typed; ``/word`` presses the tool button that begins with that word, and under a message that
        is no question a number presses its button."""
        pressed = self._pressed(line)
        heard = Tapped(pressed.tap) if pressed else Said(line)
        await self._take(Incoming(self.organisation, CHANNEL, _key(), self.address, heard, body=line))

    def _pressed(self, line: str) -> Button | None:
        if line.startswith("/"):
            return self._tools.get(line.removeprefix("/").casefold())
        return dict(zip(map(str, range(1, 10)), self._beside, strict=False)).get(line)

    async def _take(self, incoming: Incoming) -> None:
        taken = await self.converse.take(incoming)
        if taken.toast:
            self.write(f"({taken.toast})")
        for bubble in await self.converse.house.ledger.write(self._fetch):
            self._show(bubble)

    def _fetch(self, session: Session) -> list[Bubble]:
        """What waits in the tray for this terminal; being printed is being sent."""
        house = self.converse.house
        partner = find(session, house.vault, Place(self.organisation, CHANNEL, self.address))
        if not isinstance(partner, Partner):
            return []
        waiting = select(Outgoing).where(Outgoing.chat_id == partner.chat_id, col(Outgoing.state).in_(OPEN))
        bubbles = []
        for row in session.exec(waiting.order_by(col(Outgoing.id))):
            data = orjson.loads(partner.key.open(row.sealed, f"outgoing|{partner.chat_id}"))
            bubbles.append(Bubble.from_json(data))
            mark(session, row.id or 0, OPEN, state="sent", sent_at=house.clock.now())
        return bubbles

    def _show(self, bubble: Bubble) -> None:
        for line in drawn(bubble):
            self.write(line)
        if bubble.buttons or bubble.question:
            self._beside = () if bubble.question else bubble.buttons
        if bubble.tools:
            self._tools = {tool_word(button): button for button in bubble.tools}


def drawn(bubble: Bubble) -> Iterator[str]:
    """The bubble as lines of text: buttons with the numbers that can be typed for them."""
    yield ""
    yield from bubble.text.split("\n")
    if bubble.link:
        yield f"  {bubble.link.label}: {bubble.link.address}"
    for number, button in enumerate(bubble.buttons, 1):
        yield f"  {number}. {'[x] ' if button.ticked else ''}{button.label}"
    if bubble.tools:
        yield "  " + "  ".join(f"/{tool_word(button)}" for button in bubble.tools)


def tool_word(tool: Button) -> str:
    """What is typed for a tool; French has a space before the question mark."""
    return tool.label.casefold().rstrip("?").rstrip()


def _key() -> str:
    return secrets.token_hex(8)
