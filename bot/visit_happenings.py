"""What others do to visits while a story is told: they fill the diary, give a time up; the coach decides something."""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import Session, col, select

from bot.stage import Actor
from casework.door.accounts import Account
from casework.visiting.booking import BookRequest, Wanted, book, cancel, search
from casework.visiting.staff_booking import Order, make_visit
from casework.visiting.staff_visits import Seen, cancel_visit, miss, move_visit
from casework.visiting.visit_states import AGREED
from casework.visiting.visits import of_person
from storage.columns import new_id
from storage.tables import Appointment, Case, Person


async def all_taken(actor: Actor) -> None:
    """Others book every time that is free."""
    organisation, now = actor.stage.house.organisations[actor.place.organisation], actor.stage.clock.now()

    def work(session: Session) -> None:
        for language in organisation.languages:
            while slots := search(session, organisation, Wanted(language, limit=1000, a_day=1000), now).slots:
                for slot in slots:
                    book(session, organisation, BookRequest(_somebody(actor, session), slot.value, language), now)

    await actor.stage.house.ledger.write(work)


async def given_up(actor: Actor, when: str) -> None:
    """Somebody else cancels their visit at this wall time."""

    def work(session: Session) -> None:
        theirs = select(Appointment).where(
            Appointment.wall == when.replace(" ", "T"),
            Appointment.person_id != actor.partner(session).person_id,
            Appointment.state == "booked",
        )
        visit = session.exec(theirs.order_by(col(Appointment.coach)).limit(1)).one()
        cancel(session, visit.id, actor.stage.clock.now())

    await happens(actor, work)


async def missed(actor: Actor) -> None:
    """The coach notes that the person did not come."""
    organisation, now = actor.stage.house.organisations[actor.place.organisation], actor.stage.clock.now()
    await happens(actor, lambda session: miss(session, organisation, coach(actor), _seen(actor, session), now))


async def called_off(actor: Actor, why: str | None = None) -> None:
    """The coach cancels the visit, and may say why (a name of ``flows.visit_reasons``)."""
    organisation, now = actor.stage.house.organisations[actor.place.organisation], actor.stage.clock.now()

    def work(session: Session) -> None:
        cancel_visit(session, organisation, coach(actor), _seen(actor, session), now, why=why or "")

    await happens(actor, work)


async def made(actor: Actor, slot: str, why: str | None = None) -> None:
    """The coach makes a visit for the person at the time that has this id."""
    organisation, now = actor.stage.house.organisations[actor.place.organisation], actor.stage.clock.now()

    def work(session: Session) -> None:
        mine = select(Case).where(Case.person_id == actor.partner(session).person_id)
        case = session.exec(mine.order_by(col(Case.created_at).desc()).limit(1)).one()
        make_visit(session, organisation, coach(actor), case, Order(slot, why=why or ""), now)

    await happens(actor, work)


async def moved(actor: Actor, slot: str) -> None:
    """The coach moves the visit to the time that has this id."""
    organisation, now = actor.stage.house.organisations[actor.place.organisation], actor.stage.clock.now()
    await happens(
        actor, lambda session: move_visit(session, organisation, coach(actor), _seen(actor, session).id, slot, now)
    )


async def happens(actor: Actor, work: Callable[[Session], object]) -> None:
    """Let it happen, and everything that is due after it."""
    await actor.stage.house.ledger.write(work)
    await actor.stage.tick()
    await actor.looks()


def _seen(actor: Actor, session: Session) -> Seen:
    """The visit of the person that was agreed last and not given up."""
    visits = of_person(session, actor.partner(session).person_id)
    visit = max((each for each in visits if each.state in AGREED), key=lambda each: each.version)
    return Seen(visit.id, visit.version)


def coach(actor: Actor) -> Account:
    return Account("a-coach", actor.place.organisation, "coach", "", "coach", None, "nl")


def _somebody(actor: Actor, session: Session) -> str:
    """A person who was not there before; they never say anything."""
    wrapped, _key = actor.stage.house.vault.new_key()
    person = Person(
        id=new_id(),
        organisation=actor.place.organisation,
        language="nl",
        wrapped_key=wrapped,
        created_at=actor.stage.clock.now(),
    )
    session.add(person)
    session.flush()
    return person.id
