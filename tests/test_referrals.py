"""Suggestions and referrals: with reasons, for those who may know them, and to nobody without the person's word."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import date
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from casework.cases.cases import HandOverRequest
from casework.hooks.webhook_payload import Archive, payload
from casework.hooks.webhooks import Subscription, add_webhook
from casework.offers.referral_states import CHANGES, OPEN, REASONS, RULES, STATES, keeps_to, possible
from casework.offers.referrals import Packet
from casework.privacy.erasing import erase
from flows.log import Value
from storage.ledger import Ledger
from storage.tables import Audit, Case, Referral, ReferralStep, SetAside, WebhookEvent
from storage.verify import verify
from tests.api_stage import ApiStage, open_api, token
from tests.catalogue_stage import MONEY, TELLS, Shop, entry
from tests.databases import BOTH
from tests.staff_stage import ANSWERS, ELSEWHERE, HERE, Browser, Stage, briefing
from tests.test_catalogue_pages import signed_in

MENTOR = {"nl": "Een mentor", "fr": "Un mentor"}


@pytest.fixture
async def stage(sound_ledger: Ledger) -> Stage:
    stage = Stage(sound_ledger)
    await stage.staff()
    return stage


@pytest.fixture
async def shop(stage: Stage) -> Shop:
    return Shop(stage)


@pytest.fixture
async def console(stage: Stage) -> AsyncIterator[Browser]:
    async with stage.serve() as opened:
        yield await signed_in(stage, await opened(), "coach")


def offers(browser: Browser) -> str:
    """What the dossier on the screen says about offers; empty where it says nothing."""
    _, found, rest = browser.html.partition('id="offers"')
    return rest.partition("</section>")[0] if found else ""


async def of_greet(stage: Stage) -> str:
    """A case that was given to who signs in here."""
    case = await stage.case()
    await stage.ledger.write(lambda session: setattr(session.get_one(Case, case), "coach", "greet"))
    return case


async def says_anew(stage: Stage, case: str, answers: Mapping[str, Value]) -> None:
    """The person changes their answers."""
    row = await stage.ledger.read(lambda session: session.get_one(Case, case))
    request = HandOverRequest(HERE, row.person_id, row.conversation_id, answers, (), "nl", case)
    assert await stage.hand_over(request) == case


async def test_a_coach_reads_why_something_fits_and_what_to_ask(stage: Stage, shop: Shop, console: Browser) -> None:
    await shop.entry()
    await shop.entry(entry(title=MENTOR, themes=(MONEY,), languages=("fr",)))
    await shop.entry(entry(title={"nl": "Rijles", "fr": "Permis"}, fits={"not": {"barriers": {"has": "money"}}}))
    case = await stage.case()
    await console.open(f"/staff/cases/{case}")
    fits, may_fit, not_this = (offers(console).find(title) for title in ("Opvang zoeken", "Een mentor", "Rijles"))
    assert 0 < fits < may_fit < not_this
    assert "Wat is moeilijk: Mijn kinderen" in offers(console)
    assert "Does the person understand that?" in offers(console)
    assert "It takes:" in offers(console)[not_this:]


async def test_who_may_not_see_barriers_sees_no_offers_either(stage: Stage, shop: Shop) -> None:
    await shop.entry()
    case = await of_greet(stage)
    await shop.proposed(case, await shop.entry(entry(title=MENTOR)))
    seen = {}
    async with stage.serve() as opened:
        for role in ("coach", "team_lead", "job_broker", "partner"):
            browser = await signed_in(stage, await opened(), role)
            await browser.open(f"/staff/cases/{case}")
            seen[role] = (bool(offers(browser)), "Een mentor" in browser.html)
    assert seen == {
        "coach": (True, True),
        "team_lead": (True, True),
        "job_broker": (False, False),
        "partner": (False, False),
    }


async def test_answers_about_health_are_no_reason(stage: Stage, shop: Shop, console: Browser) -> None:
    """A row that came into the table by another way than the desk's still tells nothing about health."""
    await shop.entry(entry(themes=(), fits={"health": ["yes"]}))
    case = await of_greet(stage)
    await console.open(f"/staff/cases/{case}")
    assert "May fit" in offers(console)
    assert ">Fits<" not in offers(console)


async def test_what_was_put_aside_comes_back_when_the_answers_change(
    stage: Stage, shop: Shop, console: Browser
) -> None:
    id = await shop.entry()
    case = await stage.case()
    await console.open(f"/staff/cases/{case}")
    await console.send(f"/offers/{id}/aside", reason="has_it")
    assert "The person has it already" in offers(console)
    assert "Propose this" not in offers(console)
    await says_anew(stage, case, {**ANSWERS, "first_name": "Sam"})
    await console.open(f"/staff/cases/{case}")
    assert "Propose this" not in offers(console), "nothing that it rests on has changed"
    await says_anew(stage, case, {**ANSWERS, "barriers": ("childcare",)})
    await console.open(f"/staff/cases/{case}")
    assert "Propose this" in offers(console)
    kept = await stage.ledger.read(lambda session: session.exec(select(SetAside)).one())
    assert b"childcare" not in kept.sealed


async def test_what_was_put_aside_can_be_suggested_again_at_once(stage: Stage, shop: Shop, console: Browser) -> None:
    id = await shop.entry()
    case = await stage.case()
    await console.open(f"/staff/cases/{case}")
    await console.send(f"/offers/{id}/aside", reason="not_now")
    await console.send(f"/offers/{id}/back")
    assert "Propose this" in offers(console)


async def test_from_the_suggestion_to_the_end(stage: Stage, shop: Shop, console: Browser) -> None:
    id = await shop.entry(entry(partner=await shop.partner()))
    case = await stage.case()
    await console.open(f"/staff/cases/{case}/offers/{id}")
    await console.send(f"/offers/{id}", line="first_name", sentence="Graag een gesprek.")
    assert "nothing goes to anybody yet" in console.html
    assert "Samira" in console.html
    assert "Mijn kinderen" not in console.html, "what was not ticked is not told"
    for what, more in (("agree", {"spoken": "yes"}), ("send", {}), ("accept", {}), ("begin", {}), ("finish", {})):
        await step(console, what, **more)
        assert "Saved." in console.html, what
    assert 'name="change"' not in console.html
    row = await stage.ledger.read(lambda session: session.exec(select(Referral)).one())
    greet = await stage.account("greet")
    assert (row.state, row.agreed_how, row.agreed_with, row.owner) == ("done", "spoken", greet.actor, greet.id)
    await console.open(f"/staff/cases/{case}")
    assert "Propose this" not in offers(console)
    assert console.html.count("Opvang zoeken") >= 6, "each step stands in the timeline"


async def step(console: Browser, what: str, **fields: str) -> None:
    """Press the button of one change."""
    forms = console.html.split("<form")
    form = next(part for part in forms if f'name="change" value="{what}"' in part)
    shown, console.html = console.html, f"<form{form.partition('</form>')[0]}</form>"
    await console.send("/referrals/", None, **fields)
    assert shown


async def test_nothing_goes_to_a_partner_before_the_person_agreed(stage: Stage, shop: Shop) -> None:
    referral = await shop.proposed(await stage.case(), await shop.entry(entry(partner=await shop.partner())))
    assert await shop.moved(referral, "send") == "not_now"
    assert await shop.moved(referral, "accept") == "not_now"
    assert await shop.moved(referral, "agree") == "done"
    assert await shop.moved(referral, "send") == "done"


async def test_where_the_name_says_something_the_person_must_know_that_too(stage: Stage, shop: Shop) -> None:
    partner = await shop.partner("GTB", sensitive=True)
    referral = await shop.proposed(await stage.case(), await shop.entry(entry(partner=partner)))
    assert await shop.moved(referral, "agree") == "confirm"
    assert await shop.moved(referral, "agree", aware=True) == "done"


async def test_nobody_is_referred_twice_to_the_same_while_it_is_open(
    stage: Stage, shop: Shop, console: Browser
) -> None:
    id = await shop.entry()
    case = await stage.case()
    referral = await shop.proposed(case, id)
    await console.open(f"/staff/cases/{case}/offers/{id}")
    await console.send(f"/offers/{id}")
    assert "The person is referred there already." in console.html
    assert await shop.moved(referral, "refuse", "not_wanted") == "done"
    assert await shop.moved(referral, "withdraw", "mistake") == "not_now"


async def test_a_page_that_is_older_than_the_referral_changes_nothing(
    stage: Stage, shop: Shop, console: Browser
) -> None:
    case = await stage.case()
    referral = await shop.proposed(case, await shop.entry())
    await console.open(f"/staff/cases/{case}/referrals/{referral}")
    assert await shop.moved(referral, "refuse", "too_far") == "done"
    await step(console, "agree", spoken="yes")
    assert "A colleague changed it meanwhile." in console.html


async def test_who_is_erased_leaves_no_trace_of_where_they_were_sent(
    stage: Stage, shop: Shop, console: Browser
) -> None:
    case = await stage.case()
    referral = await shop.proposed(case, await shop.entry())
    assert await shop.moved(referral, "agree") == "done"
    id = await shop.entry(entry(title=MENTOR))
    await console.open(f"/staff/cases/{case}")
    await console.send(f"/offers/{id}/aside", reason="has_it")

    def forget(session: Session) -> list[Any]:
        erase(session, session.get_one(Case, case).person_id, stage.now)
        return [row for table in (Referral, ReferralStep, SetAside) for row in session.exec(select(table))]

    assert await stage.ledger.write(forget) == []


async def test_the_packet_is_sealed_and_every_reading_is_audited(stage: Stage, shop: Shop, console: Browser) -> None:
    case = await stage.case()
    referral = await shop.proposed(case, await shop.entry())
    await console.open(f"/staff/cases/{case}/referrals/{referral}")
    rows = await stage.ledger.read(lambda s: [(r.action, r.subject) for r in s.exec(select(Audit))])
    assert {("referral.propose", referral), ("referral.read", referral)} <= set(rows)
    row = await stage.ledger.read(lambda session: session.get_one(Referral, referral))
    assert b"Samira" not in row.sealed
    assert Packet.from_bytes(TELLS.as_bytes()) == TELLS


async def test_a_full_programme_is_said_to_be_full(stage: Stage, shop: Shop, console: Browser) -> None:
    id = await shop.entry(entry(capacity=1))
    await shop.proposed(await stage.case(), id)
    other = await stage.case()
    await console.open(f"/staff/cases/{other}")
    assert "Full now: waiting list" in offers(console)


@given(st.sampled_from(STATES), st.sampled_from(CHANGES), st.none() | st.sampled_from(REASONS))
def test_final_states_are_never_left_and_a_reason_is_given_where_it_is_asked(
    state: str, what: Any, reason: str | None
) -> None:
    allowed = keeps_to(what, state, reason)
    if state not in OPEN or what not in RULES:
        assert not allowed
    if allowed:
        assert what in possible(state)
        assert (reason is None) == (not RULES[what].reasons)
        if RULES[what].to in ("sent", "accepted", "started", "done"):
            assert state != "proposed"


async def test_other_systems_hear_that_something_happened_and_not_where(stage: Stage, shop: Shop) -> None:
    case = await stage.case()
    subscription = Subscription("Zaak", "https://8.8.8.8/hook")
    hook, _ = await stage.ledger.write(lambda s: add_webhook(s, stage.vault, HERE, subscription, stage.now))
    referral = await shop.proposed(case, await shop.entry())
    archive = Archive(stage.vault, briefing().tiers, "https://x.example/")

    def told(session: Session) -> list[dict[str, Any]]:
        events = session.exec(select(WebhookEvent).where(WebhookEvent.webhook_id == hook.id)).all()
        return [orjson.loads(payload(session, archive, hook, event, stage.now)) for event in events]

    (event,) = await stage.ledger.write(told)
    assert event["type"] == "referral.proposed"
    assert event["data"]["referral"] == {"id": referral}
    assert "Opvang" not in orjson.dumps(event).decode()


@pytest.fixture
async def api(sound_ledger: Ledger) -> AsyncIterator[ApiStage]:
    async with open_api(sound_ledger) as opened:
        yield opened


async def test_a_system_reads_suggestions_proposes_and_says_what_came_of_it(api: ApiStage) -> None:
    case = await api.stage.case()
    written = {"kind": "offer", "title": {"nl": "Opvang", "fr": "Garde"}, "about": {"nl": "Kort.", "fr": "Court."}}
    offer = await api.post("/offers", {**written, "themes": ["barriers:childcare"]}, 201)
    (found,) = (await api.get(f"/cases/{case}/suggestions"))["suggestions"]
    assert (found["offer"], found["verdict"]) == (offer["id"], "fits")
    assert found["because"] == ["Wat is moeilijk: Mijn kinderen"]
    body = {"case": case, "offer": offer["id"], "questions": ["first_name", "health"], "sentence": "Graag."}
    made = await api.call("POST", "/referrals", body, Idempotency_Key="k1")
    again = await api.call("POST", "/referrals", body, Idempotency_Key="k1")
    referral = (await made.json())["referral"]
    assert (made.status, (await again.json())["referral"]["id"]) == (201, referral["id"])
    assert (await made.json())["lines"] == [{"label": "Naam", "value": "Samira"}]
    path, first = f"/referrals/{referral['id']}", made.headers["ETag"]
    await api.post(f"{path}/change", {"change": "agree"}, 409, If_Match=first)
    await api.post(f"{path}/change", {"change": "agree", "spoken": True}, If_Match=first)
    await api.post(f"{path}/change", {"change": "send"}, 412, If_Match=first)
    await api.post(f"{path}/change", {"change": "send"}, 428)
    await api.post(f"{path}/change", {"change": "send"}, If_Match="*")
    assert (await api.get(path))["possible"] == ["accept", "turn_down", "begin", "withdraw"]
    await api.post(f"{path}/change", {"change": "turn_down"}, 409, If_Match="*")
    ended = await api.post(f"{path}/change", {"change": "turn_down", "reason": "full"}, If_Match="*")
    assert ended["referral"]["state"] == "declined"
    assert [row["id"] for row in (await api.get(f"/referrals?case={case}&state=declined"))["referrals"]] == [
        referral["id"]
    ]


async def test_suggestions_need_the_scope_for_barriers_too(api: ApiStage) -> None:
    case = await api.stage.case()
    api.token = await token(api.stage, "referrals:read", "cases:read")
    assert (await api.call("GET", f"/cases/{case}/suggestions")).status == 403


async def test_a_system_changes_offers_and_partners_with_their_etag(api: ApiStage) -> None:
    partner = await api.post("/partners", {"name": "Loket"}, 201)
    written = {"kind": "offer", "title": {"nl": "A", "fr": "A"}, "about": {"nl": "B", "fr": "B"}}
    offer = await api.post("/offers", {**written, "partner": partner["id"]}, 201)
    changed = await api.post(f"/offers/{offer['id']}/change", {**written, "capacity": 3}, If_Match='"1"')
    assert (changed["version"], changed["capacity"], changed["partner"]) == (2, 3, None)
    await api.post(f"/offers/{offer['id']}/change", written, 412, If_Match='"1"')
    wrong = await api.post("/offers", {**written, "fits": {"moon": "full"}}, 422)
    assert wrong["place"] == ["fits"]
    wrong = await api.post("/offers", {**written, "title": {"nl": "A"}, "kind": "legal"}, 422)
    assert set(wrong["place"]) == {"title", "source", "valid_from"}
    assert (await api.post(f"/partners/{partner['id']}/archive", {}, If_Match='"1"'))["archived_at"]
    assert (await api.get("/partners"))["partners"] == []


async def test_what_another_organisation_has_is_not_there_by_the_api(api: ApiStage) -> None:
    theirs = Shop(api.stage, ELSEWHERE)
    case = await api.stage.case(organisation=ELSEWHERE)
    offer, partner = await theirs.entry(), await theirs.partner()
    referral = await theirs.proposed(case, offer)
    for path in (f"/offers/{offer}", f"/partners/{partner}", f"/referrals/{referral}", f"/cases/{case}/suggestions"):
        assert (await api.call("GET", path)).status == 404, path
    mine = await api.stage.case()
    assert (await api.call("POST", "/referrals", {"case": mine, "offer": offer})).status == 404
    assert (await api.get("/referrals"))["referrals"] == []


@BOTH
async def test_the_desks_do_the_same_on_every_database(one_ledger: Ledger) -> None:
    stage = Stage(one_ledger)
    await stage.staff()
    shop = Shop(stage)
    partner = await shop.partner()
    id = await shop.entry(entry(partner=partner, check_before=date(2027, 9, 1), fits={"barriers": {"has": "money"}}))
    case = await stage.case()
    referral = await shop.proposed(case, id)
    assert [await shop.moved(referral, what) for what in ("agree", "send", "begin", "finish")] == ["done"] * 4
    async with stage.serve() as opened:
        browser = await signed_in(stage, await opened(), "team_lead")
        for path in ("catalogue", "catalogue?stale=yes", "catalogue/map", f"catalogue/partners/{partner}"):
            await browser.open(f"/staff/{path}")
            assert browser.status == 200, path
        other = await stage.case()
        await browser.open(f"/staff/cases/{other}")
        await browser.send(f"/offers/{id}/aside", reason="has_it")
        await browser.send(f"/offers/{id}/back")
        assert "Propose this" in offers(browser)
        await browser.open(f"/staff/catalogue/entries/{id}")
        await browser.send(f"/entries/{id}/archive")
        await browser.send(f"/entries/{id}/restore")
        assert "It is on offer again." in browser.html
    await one_ledger.write(lambda session: erase(session, session.get_one(Case, case).person_id, stage.now))
    assert await one_ledger.read(verify) == []


async def test_today_shows_what_somebody_looks_after_when_its_day_has_come(
    stage: Stage, shop: Shop, console: Browser
) -> None:
    greet = await stage.account("greet")
    id = await shop.entry(entry(owner=greet.id, check_before=date(2027, 3, 26)))
    case = await stage.case()
    await console.open(f"/staff/cases/{case}/offers/{id}")
    await console.send(f"/offers/{id}", owner=greet.id, look_again="2027-03-25")
    await console.open("/staff/")
    assert "Look how this referral stands" not in console.html
    stage.later(days=3)
    await signed_in(stage, console, "team_lead")
    await console.open("/staff/")
    assert "Look how this referral stands" in console.html
    assert "Look whether what you keep is still true" in console.html
    await signed_in(stage, console, "front_desk")
    await console.open("/staff/")
    assert "Referrals and offers" not in console.html
