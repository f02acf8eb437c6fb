"""What becomes of a referral while a story is told: a coach proposes, asks, takes back, sends; a partner answers."""

from __future__ import annotations

from sqlmodel import Session, col, select

from bot.stage import Actor
from bot.visit_happenings import coach, happens
from casework.cases.cases import Actor as Reader
from casework.cases.summary import Line
from casework.offers.catalogue import Entry, House
from casework.offers.catalogue_desk import add
from casework.offers.referral_states import OPEN
from casework.offers.referrals import Move, Packet, Proposal, move, propose
from storage.tables import Case, CatalogueEntry, Partner, Referral


async def asked(actor: Actor, title: str, partner: str, sensitive: str | None, told: str, words: str | None) -> None:
    """``told`` are answers to pass on, such as ``Naam=Els; Telefoon=...``; what is private begins with ``*``."""

    def work(session: Session) -> None:
        reader, now = Reader.of(coach(actor)), actor.stage.clock.now()
        house = add(session, Partner, reader, House(partner, sensitive=sensitive is not None), now)
        entry = Entry(title=dict.fromkeys(("nl", "fr"), title), partner=house.id)
        offer = add(session, CatalogueEntry, reader, entry, now)
        packet = Packet.of(map(_line, told.split("; ")), words or "")
        mine = select(Case).where(Case.person_id == actor.partner(session).person_id)
        case = session.exec(mine.order_by(col(Case.created_at).desc()).limit(1)).one()
        referral = propose(session, actor.stage.house.vault, reader, Proposal(case.id, offer.id, packet), now)
        if isinstance(referral, Referral):
            _move(session, actor, referral, Move("ask"))

    await happens(actor, work)


async def asked_again(actor: Actor) -> None:
    await happens(actor, lambda session: _move(session, actor, _open(session, actor), Move("ask")))


async def taken_back(actor: Actor) -> None:
    await happens(actor, lambda session: _move(session, actor, _open(session, actor), Move("withdraw", "mistake")))


async def sent(actor: Actor) -> None:
    await happens(actor, lambda session: _move(session, actor, _open(session, actor), Move("send")))


async def taken_up(actor: Actor) -> None:
    """The partner tells the coach so, who notes it."""
    await happens(actor, lambda session: _move(session, actor, _open(session, actor), Move("accept")))


async def turned_down(actor: Actor, reason: str) -> None:
    await happens(actor, lambda session: _move(session, actor, _open(session, actor), Move("turn_down", reason)))


def _open(session: Session, actor: Actor) -> Referral:
    """The one of the person that is not at its end."""
    theirs = select(Referral).where(Referral.person_id == actor.partner(session).person_id)
    return session.exec(theirs.where(col(Referral.state).in_(OPEN))).one()


def _move(session: Session, actor: Actor, referral: Referral, step: Move) -> None:
    reader, now = Reader.of(coach(actor)), actor.stage.clock.now()
    came = move(session, reader, (referral.id, referral.version), step, now)
    if came != "done":
        raise ValueError(f"the coach cannot {step.what} this referral: {came}")


def _line(written: str) -> Line:
    label, _, value = written.lstrip("*").partition("=")
    return Line("", label, value, "B" if written.startswith("*") else "A")
