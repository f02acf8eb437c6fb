"""Offers, measures and partners by the API: listed, read, added, changed, put away; suggestions for a case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlmodel import Session

from casework.cases.cases import read_case
from casework.offers import catalogue_desk
from casework.offers.catalogue import Around, Contact, Entry, Flaw, House, flaws, house_flaws
from casework.offers.catalogue_desk import R, find, is_stale, rows
from casework.offers.catalogue_finding import Wanted, found
from casework.offers.catalogue_rules import read_rule, several, themes, towns
from casework.offers.suggesting_words import Wordsmith
from casework.offers.suggestions import Adviser, Desk, suggestions
from casework.offers.written_conditions import BadCondition
from staff.api_call import Call, Operation, Reply, Work, Wrong, missing, settled
from staff.api_models import Nothing
from staff.api_offer_models import (
    OfferIn,
    OfferList,
    OfferOut,
    OfferQuery,
    PartnerIn,
    PartnerList,
    PartnerOut,
    PartnerQuery,
    SuggestionList,
    SuggestionOut,
)
from staff.pages import language_name
from storage.tables import CatalogueEntry, Partner


def show_offers(session: Session, call: Call) -> Reply:
    wanted: OfferQuery = call.query
    every = rows(session, CatalogueEntry, call.organisation.id, archived=wanted.archived)
    shown, more = _stretch(sorted(_fitting(call, every), key=lambda row: row.id), wanted)
    return Reply(OfferList(offers=[OfferOut.model_validate(row) for row in shown], next=more))


def _fitting(call: Call, every: list[CatalogueEntry]) -> list[CatalogueEntry]:
    """As the page of the catalogue finds them."""
    query: OfferQuery = call.query
    house, day = call.organisation, call.today
    wanted = Wanted(
        find=query.find,
        kind=query.kind or "",
        theme=query.theme or "",
        municipality=query.municipality,
        audience=query.audience or "",
        partner=query.partner or "",
        stale="yes" if query.stale else "",
    )
    takes_several = several(call.office.briefing.flows[house.flow])
    return found(every, wanted, takes_several, lambda row: is_stale(row, day, house.rules))


def show_partners(session: Session, call: Call) -> Reply:
    wanted: PartnerQuery = call.query
    shown, more = _stretch(rows(session, Partner, call.organisation.id, archived=wanted.archived), wanted)
    return Reply(PartnerList(partners=[PartnerOut.model_validate(row) for row in shown], next=more))


def _stretch(every: list[R], wanted: OfferQuery | PartnerQuery) -> tuple[list[R], str | None]:
    """By id; the cursor is the last one of the stretch before."""
    if wanted.cursor and not wanted.cursor.isalnum():
        raise Wrong(400, "Check these: cursor", "Send `next` of the answer before as it came.", ("cursor",))
    behind = [row for row in every if row.id > (wanted.cursor or "")]
    return behind[: wanted.limit], behind[wanted.limit - 1].id if len(behind) > wanted.limit else None


def show_offer(session: Session, call: Call) -> Reply:
    return offer_shown(entry_of(session, call))


def show_partner(session: Session, call: Call) -> Reply:
    return offer_shown(partner_of(session, call))


def add_offer(session: Session, call: Call) -> Reply:
    written = _offer(session, call, None)
    row = catalogue_desk.add(session, CatalogueEntry, call.caller.actor, written, call.now)
    return offer_shown(row, f"/api/v1/offers/{row.id}")


def change_offer(session: Session, call: Call) -> Reply:
    row = entry_of(session, call)
    written, seen = _offer(session, call, row.owner), (row.id, _version(call, row))
    settled(catalogue_desk.change(session, CatalogueEntry, call.caller.actor, seen, written, call.now), "offer")
    return offer_shown(row)


def archive_offer(session: Session, call: Call) -> Reply:
    row = entry_of(session, call)
    seen = row.id, _version(call, row)
    settled(catalogue_desk.archive(session, CatalogueEntry, call.caller.actor, seen, call.now), "offer")
    return offer_shown(row)


def add_partner(session: Session, call: Call) -> Reply:
    row = catalogue_desk.add(session, Partner, call.caller.actor, _house(call, None), call.now)
    return offer_shown(row, f"/api/v1/partners/{row.id}")


def change_partner(session: Session, call: Call) -> Reply:
    row = partner_of(session, call)
    seen = row.id, _version(call, row)
    settled(
        catalogue_desk.change(session, Partner, call.caller.actor, seen, _house(call, row.owner), call.now), "partner"
    )
    return offer_shown(row)


def archive_partner(session: Session, call: Call) -> Reply:
    """Not while something is on offer there."""
    row = partner_of(session, call)
    seen = row.id, _version(call, row)
    settled(catalogue_desk.archive(session, Partner, call.caller.actor, seen, call.now), "partner")
    return offer_shown(row)


def show_suggestions(session: Session, call: Call) -> Reply:
    """In the first language of the house. They tell what is hard for the person."""
    if "barriers:read" not in call.caller.scopes:
        detail = "Suggestions tell what makes working hard."
        raise Wrong(403, detail, "Ask for a token that also has barriers:read.", ("Authorization",))
    office, actor = call.office, call.caller.actor
    file = read_case(session, office.vault, actor, call.id, call.now)
    if file is None:
        missing("case")
    adviser = Adviser(office.vault, office.briefing, call.organisation)
    language = call.organisation.languages[0]
    smith = Wordsmith(office.briefing, file.flow, language, adviser.person(file), adviser.day(call.now))
    found = []
    for each in suggestions(Desk(session, adviser, actor, call.now), file):
        entry, judged = each.entry, each.judgement
        spoken = ", ".join(language_name(code, language) for code in entry.languages)
        around = ", ".join(entry.municipalities), spoken
        found.append(
            SuggestionOut(
                offer=entry.id,
                title=entry.title.get(language) or next(iter(entry.title.values()), ""),
                verdict=judged.verdict,
                because=smith.says(judged.because, *around),
                ask=smith.says(judged.ask, *around),
                against=smith.needs(judged.against, *around),
                full=each.full,
                set_aside=each.aside.reason if each.aside else None,
            )
        )
    return Reply(SuggestionList(suggestions=found))


def _offer(session: Session, call: Call, owner: str | None) -> Entry:
    """What was sent, as it is written down; refused with the fields that are wrong."""
    body: OfferIn = call.body
    sent = body.model_dump().items()
    fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in sent}
    entry = Entry(**fields)
    house, flow = call.organisation, call.office.briefing.flows[call.organisation.flow]
    partners = {partner.id for partner in rows(session, Partner, house.id)}
    known = {theme.id for theme in themes(flow)}
    area = towns(call.office.briefing.gazetteer, house.area)
    around = Around(house.languages, known, area, partners, (), house.rules)
    _sound(flaws(entry, around))
    try:
        read_rule(entry.fits, flow)
    except BadCondition as bad:
        raise Wrong(422, f"Check these: fits ({bad.problem})"[:200], bad.remedy[:200], ("fits",)) from None
    return replace(entry, owner=owner)


def _house(call: Call, owner: str | None) -> House:
    body: PartnerIn = call.body
    fields = body.model_dump(exclude={"contacts"})
    house = House(**fields, contacts=tuple(Contact(**contact.model_dump()) for contact in body.contacts))
    _sound(house_flaws(house, Around(call.organisation.languages, (), (), (), ())))
    return replace(house, owner=owner)


def _sound(wrong: Iterable[Flaw]) -> None:
    """Says which fields are wrong, and nothing of what stood in them."""
    found = list(wrong)
    if found:
        places = tuple(dict.fromkeys(flaw.field.partition(".")[0] for flaw in found))
        raise Wrong(422, f"Check these: {', '.join(places)}", found[0].plainly()[1], places)


def entry_of(session: Session, call: Call) -> CatalogueEntry:
    row = find(session, CatalogueEntry, call.organisation.id, call.id)
    if row is None:
        missing("offer")
    return row


def partner_of(session: Session, call: Call) -> Partner:
    row = find(session, Partner, call.organisation.id, call.id)
    if row is None:
        missing("partner")
    return row


def _version(call: Call, row: CatalogueEntry | Partner) -> int:
    return row.version if call.version is None else call.version


def offer_shown(row: CatalogueEntry | Partner, location: str = "") -> Reply:
    model = OfferOut if isinstance(row, CatalogueEntry) else PartnerOut
    return Reply(model.model_validate(row), f'"{row.version}"', location)


def _reads(id: str, path: str, summary: str, work: Work, answer: type[OfferOut] | type[PartnerOut]) -> Operation:
    return Operation(id, "GET", path, summary, "catalogue:read", work, answer)


def _puts_away(id: str, path: str, work: Work, answer: type[OfferOut] | type[PartnerOut]) -> Operation:
    about = "Nobody is suggested it any more"
    return Operation(id, "POST", path, about, "catalogue:write", work, answer, body=Nothing, versioned=True)


OPERATIONS = (
    Operation(
        "listOffers", "GET", "/offers", "What there is for people", "catalogue:read", show_offers, OfferList, OfferQuery
    ),
    _reads("readOffer", "/offers/{id}", "One offer or measure", show_offer, OfferOut),
    Operation(
        "addOffer",
        "POST",
        "/offers",
        "A new offer or measure",
        "catalogue:write",
        add_offer,
        OfferOut,
        body=OfferIn,
        status=201,
    ),
    Operation(
        "changeOffer",
        "POST",
        "/offers/{id}/change",
        "The offer as it shall be now",
        "catalogue:write",
        change_offer,
        OfferOut,
        body=OfferIn,
        versioned=True,
    ),
    _puts_away("archiveOffer", "/offers/{id}/archive", archive_offer, OfferOut),
    Operation(
        "listPartners",
        "GET",
        "/partners",
        "Houses that people are referred to",
        "catalogue:read",
        show_partners,
        PartnerList,
        PartnerQuery,
    ),
    _reads("readPartner", "/partners/{id}", "One partner", show_partner, PartnerOut),
    Operation(
        "addPartner",
        "POST",
        "/partners",
        "A new partner",
        "catalogue:write",
        add_partner,
        PartnerOut,
        body=PartnerIn,
        status=201,
    ),
    Operation(
        "changePartner",
        "POST",
        "/partners/{id}/change",
        "The partner as it shall be now",
        "catalogue:write",
        change_partner,
        PartnerOut,
        body=PartnerIn,
        versioned=True,
    ),
    _puts_away("archivePartner", "/partners/{id}/archive", archive_partner, PartnerOut),
    Operation(
        "listSuggestions",
        "GET",
        "/cases/{id}/suggestions",
        "What fits or may fit the person, and why",
        "referrals:read",
        show_suggestions,
        SuggestionList,
    ),
)
