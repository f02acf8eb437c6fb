"""Voice messages on their way to the coach: noted within the turn, fetched from the channel right after it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Protocol

import structlog
from sqlmodel import Session

from bot.call import Call
from bot.house import House
from bot.people import Partner, reach
from bot.speak import speak_later
from bot.wire import NotSent, Refused, TryLater
from casework.cases import recordings
from flows.effects import KeepRecording
from flows.heard import RecordingKept
from flows.messages import Phrase, Saying
from flows.recordings import MOST_BYTES
from flows.render import render
from storage.columns import new_id
from storage.tables import Due, Recording
from storage.trays import finish_due, retry_due

log = structlog.get_logger()
MIME = "audio/ogg"
TRIES = 5
AGAIN_S = 60.0
LOST = Phrase("I could not keep your voice message. Type it, or ask for a person.")


class Fetches(Protocol):
    """A channel from which a recording can be fetched."""

    async def fetch(self, ref: str, most: int) -> bytes:
        """Its bytes, ``most`` at most. Raises a ``NotSent``; ``Refused`` for what can never be had."""


def keep_recording(call: Call, partner: Partner, effect: KeepRecording) -> RecordingKept:
    recording = Recording(
        id=new_id(),
        person_id=partner.person_id,
        conversation_id=partner.conversation_id,
        question=effect.question,
        sealed=b"",
        seconds=effect.seconds,
        mime="",
        at=call.now,
    )
    organisation = partner.place.organisation
    return RecordingKept(recordings.expect(call.session, call.house.vault, recording, effect.ref, organisation))


def looks_like_a_voice(sound: bytes) -> bool:
    """Whether it is what Telegram records: Opus in Ogg. The sender's word for it is not enough."""
    return sound[:4] == b"OggS" and b"OpusHead" in sound[:100]


class Fetching:
    """Carries out the due rows ``fetch_recording``. ``channels`` are those of the organisations' bots here."""

    def __init__(self, house: House, channels: Mapping[str, Fetches]) -> None:
        self._house = house
        self._channels = channels

    async def carry_out(self, row: Due) -> None:
        """Whatever happens, the row ends or comes back later; another process may have the bot."""
        channel = self._channels.get(row.organisation)
        ref = await self._read(row)
        if ref is None:
            await self._write(row, _nobody_waits)
        elif channel is None:
            await self._write(row, _later)
        else:
            await self._write(row, await self._fetched(row, channel, ref))

    async def _read(self, row: Due) -> str | None:
        vault, subject = self._house.vault, row.subject or ""
        return await self._house.ledger.read(lambda session: recordings.awaited(session, vault, subject))

    async def _fetched(self, row: Due, channel: Fetches, ref: str) -> End:
        try:
            sound = await channel.fetch(ref, MOST_BYTES)
        except NotSent as problem:
            log.info("recording.not_fetched", row=row.id, error=type(problem).__name__, attempt=row.attempts)
            final = isinstance(problem, Refused) or row.attempts >= TRIES
            return _lost if final else partial(_later, wait=_wait(problem))
        return partial(_keep, sound=sound) if looks_like_a_voice(sound) else _lost

    async def _write(self, row: Due, end: End) -> None:
        await self._house.ledger.write(lambda session: end(session, self._house, row))


class End(Protocol):
    """What becomes of the row, in one transaction."""

    def __call__(self, session: Session, house: House, row: Due) -> None: ...


def _keep(session: Session, house: House, row: Due, *, sound: bytes) -> None:
    kept = recordings.keep(session, house.vault, row.subject or "", sound, MIME)
    finish_due(session, row.id or 0, "done" if kept else "skipped")


def _nobody_waits(session: Session, house: House, row: Due) -> None:
    finish_due(session, row.id or 0, "skipped", "no longer wanted")


def _later(session: Session, house: House, row: Due, *, wait: float = AGAIN_S) -> None:
    retry_due(session, row.id or 0, house.clock.now() + timedelta(seconds=wait))


def _lost(session: Session, house: House, row: Due) -> None:
    """The person learns it; the next one may go better."""
    recordings.forget(session, row.subject or "")
    if not finish_due(session, row.id or 0, "skipped", "could not be fetched"):
        return
    partner = reach(session, house.vault, row.person_id or "")
    if partner is None:
        return
    setting = house.setting(partner.place.organisation, partner.place.channel)
    speak_later(session, house, partner, render(Saying(LOST), setting, partner.language), house.clock.now())


def _wait(problem: NotSent) -> float:
    return problem.seconds or AGAIN_S if isinstance(problem, TryLater) else AGAIN_S
