"""Every partner that the five files name: nobody is sent there but by their own word, and twice where its name tells
something; it hears what was ticked and no more, and its answer comes back to the person."""

from __future__ import annotations

from functools import cache

import pytest
from sqlmodel import Session, col, select

from bot.offer_happenings import filled
from bot.visit_happenings import coach
from casework.cases.cases import Actor as Reader
from casework.offers.referrals import Answer, Move, Packet, Proposal, is_sensitive, move, open_referral, propose
from storage.tables import Case, CatalogueEntry, Partner, Referral
from storage.verify import verify
from tests.stage import Actor, open_stage
from tests.test_offers_properties import NAMES, written

PACKET = Packet((("Naam", "Els"),))
QUICK = {"privacy": "yes", "path": "quick", "age": "from_34", "goal": "job", "book": "no", "contact_way": "chat"}


async def hands_over(actor: Actor) -> None:
    """The quick way, at any house."""
    first = "fr" if actor.place.organisation == "jobin" else "nl"
    await actor.starts(first)
    asked = "privacy"
    while asked:
        if asked in QUICK:
            await actor.tap(asked, QUICK[asked])
        else:
            await actor.says("overslaan" if first == "nl" else "passer")
        asked = next((bubble.question or "" for bubble in reversed(actor.fresh) if bubble.question), "")


@cache
def with_partner(house: str) -> frozenset[str]:
    return frozenset(key for key, entry in written(house)["offers"].items() if entry.get("partner"))


@pytest.mark.parametrize("house", NAMES)
async def test_nobody_is_sent_to_a_partner_but_by_their_own_word(house: str) -> None:
    async with open_stage() as stage:
        els = stage.actor("els", house, "web")
        await filled(els)
        await hands_over(els)
        reader, now, vault = Reader.of(coach(els)), stage.clock.now(), stage.house.vault

        def goes(session: Session, referral: str, what: Move) -> Answer:
            return move(session, reader, (referral, session.get_one(Referral, referral).version), what, now)

        def refer(session: Session) -> set[str]:
            case = session.exec(select(Case)).one()
            told = set()
            for entry in session.exec(select(CatalogueEntry).where(col(CatalogueEntry.partner_id).is_not(None))):
                partner = session.get_one(Partner, entry.partner_id)
                referral = propose(session, vault, reader, Proposal(case.id, entry.id, PACKET), now)
                assert isinstance(referral, Referral)
                assert goes(session, referral.id, Move("send")) == "not_now"
                assert goes(session, referral.id, Move("agree")) == "no_consent"
                if is_sensitive(entry, partner):
                    assert goes(session, referral.id, Move("agree", how="spoken")) == "confirm"
                assert goes(session, referral.id, Move("agree", how="spoken", aware=True)) == "done"
                assert goes(session, referral.id, Move("send")) == "done"
                opened = open_referral(session, vault, reader, referral.id, now)
                assert opened is not None
                assert opened.packet == PACKET
                assert goes(session, referral.id, Move("accept")) == "done"
                told.add(entry.seed or "")
            return told

        assert await stage.house.ledger.write(refer) == with_partner(house)
        assert await stage.house.ledger.read(verify) == []


@pytest.mark.parametrize("house", NAMES)
def test_what_a_maatwerk_company_or_a_limitation_is_named_after_is_marked(house: str) -> None:
    """The rules of law say which names tell something; the files say so of each entry that rests on them."""
    data = written(house)
    telling = {key for key, partner in data["partners"].items() if partner.get("sensitive")}
    for key, entry in data["offers"].items():
        rests = {"maatwerk-groep", "gtb", "mentorschap"} & set(entry.get("rules", ()))
        assert not rests or entry.get("sensitive") or entry.get("partner") in telling, key
