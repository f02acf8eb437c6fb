"""What can happen in a story besides talking: time passes, somebody is quicker, updates come twice, or not at all."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from sqlmodel import Session

from bot import offer_happenings, referral_happenings, step_happenings, visit_happenings
from bot.incoming import Incoming
from bot.restarting import answer_gone, killed_with, question_gone, question_moved
from bot.session_happenings import others_wait, seat_given_up, seats_taken, was_there
from bot.stage import Actor
from casework.visiting.booking import BookRequest, book
from flows.heard import CannotRead, Said, Started, Tapped, VoiceNote
from storage.columns import new_id
from storage.tables import Person

TAP = re.compile(r"\[(.+)\]")


async def happen(actor: Actor, what: str) -> bool:
    """Let ``what`` happen; false if nobody knows how."""
    for pattern, happening in HAPPENINGS.items():
        match = re.fullmatch(pattern, what)
        if match:
            await happening(actor, *match.groups())
            return True
    return False


async def _wait(actor: Actor, count: str, unit: str) -> None:
    actor.stage.clock.move(timedelta(**{f"{unit.rstrip('s')}s": int(count)}))
    await actor.stage.tick()
    await actor.looks()


async def _taken(actor: Actor, label: str) -> None:
    """Somebody else books the time on that button, with every coach who is free then."""
    slot = actor.button(label).tap.option
    stage, organisation = actor.stage, actor.stage.house.organisations[actor.place.organisation]
    now = stage.clock.now()

    def work(session: Session) -> None:
        for _ in organisation.coaches:
            wrapped, _key = stage.house.vault.new_key()
            other = Person(
                id=new_id(), organisation=organisation.id, language="nl", wrapped_key=wrapped, created_at=now
            )
            session.add(other)
            session.flush()
            book(session, organisation, BookRequest(other.id, slot, "nl"), now)

    await stage.house.ledger.write(work)


async def _same_update_three_times(actor: Actor, what: str) -> None:
    update = _update(actor, what)
    await actor.at_once(update, update, update)


async def _killed(actor: Actor, what: str) -> None:
    await killed_with(actor, _update(actor, what))


def _update(actor: Actor, what: str) -> Incoming:
    """What the person types, or taps if it stands in [ ]."""
    tap = TAP.fullmatch(what)
    return actor.incoming(Tapped(actor.button(tap[1]).tap) if tap else Said(what), what)


async def _two_taps(actor: Actor, first: str, second: str) -> None:
    taps = [actor.incoming(Tapped(actor.button(label).tap), label) for label in (first, second)]
    await actor.at_once(*taps)


async def _sends(actor: Actor, kind: str, words: str | None = None) -> None:
    await actor.at_once(actor.incoming(CannotRead(kind, words or "")))


async def _changes_a_message(actor: Actor, words: str) -> None:
    await actor.at_once(actor.incoming(CannotRead("edit", words)))


async def _speaks(actor: Actor, seconds: str) -> None:
    await actor.at_once(actor.incoming(VoiceNote("a-recording", int(seconds), 3000 * int(seconds))))


async def _second_start(actor: Actor) -> None:
    await actor.at_once(actor.incoming(Started()))


HAPPENINGS: Mapping[str, Callable[..., Awaitable[None]]] = {
    r"wait (\d+) (minutes?|hours?|days?)": _wait,
    r"somebody else takes \[(.+)\]": _taken,
    r"the same update three times: (.+)": _same_update_three_times,
    r"two taps at once: \[(.+)\] and \[(.+)\]": _two_taps,
    r"sends a (voice|photo|sticker|file|location)": _sends,
    r"sends a (photo|file) with under it: (.+)": _sends,
    r"changes a message to: (.+)": _changes_a_message,
    r"speaks for (\d+) seconds": _speaks,
    r"a second start": _second_start,
    r"others take every free time": visit_happenings.all_taken,
    r"somebody cancels their visit of (\d{4}-\d\d-\d\d \d\d:\d\d)": visit_happenings.given_up,
    r"the coach notes that nobody came": visit_happenings.missed,
    r"the coach cancels the visit(?:, because: (\w+))?": visit_happenings.called_off,
    r"the coach makes a visit at (\w+-[\w-]+)(?:, because: (\w+))?": visit_happenings.made,
    r"the coach moves the visit to (\w+-[\w-]+)": visit_happenings.moved,
    r"the coach asks about (.+?) at (.+?)(, a name that says something)?, and sends: (.+?)(?: \| (.+))?": (
        referral_happenings.asked
    ),
    r"the coach asks about the referral again": referral_happenings.asked_again,
    r"the coach withdraws the referral": referral_happenings.taken_back,
    r"the coach sends the referral": referral_happenings.sent,
    r"the partner takes it up": referral_happenings.taken_up,
    r"the partner turns it down, because: (\w+)": referral_happenings.turned_down,
    r"the coach agrees on a step: (.+?)(?:, until (\d{4}-\d\d-\d\d))?(, the coach does it)?": step_happenings.agreed,
    r"the coach changes the step (.+?) to: (.+)": step_happenings.reworded,
    r"the coach says of the step (.+?): (finish|stick|drop|resume)": step_happenings.told,
    r"the catalogue is filled": offer_happenings.filled,
    r"others take all seats of (\S+)": seats_taken,
    r"(\d+) others? waits? for (\S+)": others_wait,
    r"somebody gives up a seat of (\S+)": seat_given_up,
    r"the host notes that the person was at (\S+)": was_there,
    r"the process is killed and starts again, while it takes: (.+)": _killed,
    r"the flow is edited: the question (\w+) is gone": question_gone,
    r"the flow is edited: the answer (\w+)\.(\w+) is gone": answer_gone,
    r"the flow is edited: everybody is asked (\w+) before (\w+)": question_moved,
}
