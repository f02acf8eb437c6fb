"""Pages of the organisation: what is typed counts at once, mistakes stand beside their field, changes are undone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from sqlmodel import Session, col, select

from casework.door.sign_in import open_door
from casework.house.in_force import InForce
from staff.office import Office
from storage.ledger import Ledger, open_ledger
from storage.tables import Audit, OrganisationChange, Staff
from tests.staff_stage import HERE, ORGANISATIONS, Browser, Stage

PAGES = (
    "",
    "/people",
    "/texts",
    "/texts/house",
    "/questions",
    "/questions/who-reads",
    "/hours",
    "/reminders",
    "/languages",
    "/retention",
    "/links",
    "/telegram",
    "/history",
)
OF_ADMINS = ("/tokens", "/webhooks")


@pytest.fixture
async def ledger() -> AsyncIterator[Ledger]:
    opened = await open_ledger("sqlite://")
    yield opened
    await opened.close()


class Console(Stage):
    """One console for the whole test: what it keeps in mind of the organisations is looked at too."""

    made: Office | None = None

    def office(self, secure: bool = False) -> Office:
        self.made = self.made or super().office(secure)
        return self.made

    @property
    def houses(self) -> InForce:
        return self.office().organisations


@pytest.fixture
async def stage(ledger: Ledger) -> Console:
    stage = Console(ledger)
    await stage.staff()
    return stage


async def as_(stage: Console, browser: Browser, role: str, login: str = "greet") -> Browser:
    """Signed in with this role, without the time a password takes."""
    account = await stage.account(login)

    def work(session: Session) -> str:
        session.get_one(Staff, account.id).role = role
        return open_door(session, account.id, stage.now)

    browser.client.session.cookie_jar.update_cookies({"opstap-staff": await stage.ledger.write(work)})
    return browser


Opened = Callable[[], Awaitable[Browser]]


def inputs(html: str) -> dict[str, str]:
    """What the first sheet of a page would send as it is."""
    form = next(form for form in re.findall(r"<form.*?</form>", html, re.S) if 'class="sheet"' in form)
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and (('type="checkbox"' not in tag and 'type="radio"' not in tag) or "checked" in tag):
            found[name[1]] = value[1] if value else ""
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', form, re.S):
        found[name] = text.replace("&#39;", "'").replace("&#34;", '"')
    for name, body in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', body)
        found[name] = chosen[1] if chosen else ""
    return found


async def type_in(browser: Browser, page: str, **typed: str) -> Browser:
    """Open the page and send its sheet with these inputs changed; dots and colons are written as ``__`` and ``___``."""
    await browser.open(f"/staff/organisation{page}")
    anew = {name.replace("___", ":").replace("__", "."): value for name, value in typed.items()}
    await browser.send(page, None, **{**inputs(browser.html), **anew})
    return browser


@pytest.mark.parametrize("language", ["nl", "fr"])
async def test_every_page_opens_in_both_languages(stage: Console, language: str) -> None:
    account = await stage.account("greet")

    def speak(session: Session) -> None:
        session.get_one(Staff, account.id).language = language

    await stage.ledger.write(speak)
    async with stage.serve() as opened:
        browser = await as_(stage, await opened(), "admin")
        for page in (*PAGES, *OF_ADMINS):
            await browser.open(f"/staff/organisation{page}")
            assert (browser.status, "<h1>" in browser.html) == (200, True), page


@pytest.mark.parametrize("page", OF_ADMINS)
async def test_a_lead_sees_nothing_of_other_systems(stage: Console, page: str) -> None:
    async with stage.serve() as opened:
        lead = await as_(stage, await opened(), "team_lead")
        await lead.open(f"/staff/organisation{page}")
        assert lead.status == 404
        await lead.open("/staff/organisation")
        assert "Webhooks" not in lead.html


async def test_a_text_counts_at_once_and_can_be_undone(stage: Console) -> None:
    async with stage.serve() as opened:
        lead = await as_(stage, await opened(), "team_lead")
        before = stage.houses[HERE].phone_line["nl"]
        await type_in(lead, "/texts/house", phone_line___nl="Bel ons op 011 22 33 44.")
        assert (lead.path, "Saved." in lead.html) == ("/staff/organisation/texts/house", True)
        assert stage.houses[HERE].phone_line["nl"] == "Bel ons op 011 22 33 44."
        await lead.open("/staff/organisation/history")
        assert "Bel ons op 011 22 33 44." in lead.html
        await lead.send("/history/", None)
        assert "Undone." in lead.html
        assert stage.houses[HERE].phone_line["nl"] == before


async def test_a_mistake_stands_beside_its_field_and_nothing_is_lost(stage: Console) -> None:
    async with stage.serve() as opened:
        lead = await as_(stage, await opened(), "team_lead")
        await type_in(
            lead, "/texts/house", phone_line___nl="", walk_in_line___fr="Venez ! {secret}", name="Nieuwe naam"
        )
        assert lead.status == 400
        assert 'id="phone_line:nl-wrong"' in lead.html
        assert "{secret} is filled in by nothing" in lead.html
        assert 'value="Nieuwe naam"' in lead.html
        assert stage.houses[HERE] is ORGANISATIONS[HERE]


async def test_looking_first_saves_nothing_and_shows_the_message(stage: Console) -> None:
    async with stage.serve() as opened:
        lead = await as_(stage, await opened(), "team_lead")
        await type_in(lead, "/texts/house", act="look", phone_line___nl="Bel ons morgen.")
        assert (lead.status, 'class="previews" open' in lead.html) == (200, True)
        assert re.search(r'class="bubble"\s+lang="nl">\s*[^<]*Bel ons morgen\.', lead.html)
        assert stage.houses[HERE] is ORGANISATIONS[HERE]


async def test_of_two_who_change_the_same_the_second_is_told(stage: Console) -> None:
    async with stage.serve() as opened:
        greet = await as_(stage, await opened(), "team_lead")
        yusuf = await as_(stage, await opened(), "team_lead", "yusuf")
        await greet.open("/staff/organisation/texts/house")
        seen = inputs(greet.html)
        await type_in(yusuf, "/texts/house", phone="011 11 11 11")
        await greet.send("/texts/house", None, **{**seen, "phone": "011 22 22 22"})
        assert (greet.status, "A colleague changed this meanwhile" in greet.html) == (409, True)
        assert 'value="011 22 22 22"' in greet.html
        await greet.send("/texts/house", None, **inputs(greet.html))
        assert stage.houses[HERE].phone == "011 22 22 22"


async def test_what_each_page_changes_is_what_the_organisation_does(stage: Console) -> None:
    async with stage.serve() as opened:
        lead = await as_(stage, await opened(), "team_lead")
        await type_in(lead, "/hours", opening_hours___mon="10:00-12:00", closed_every_year="07-11\n07-21")
        await type_in(lead, "/reminders", reminders___days="2", reminders___hours="", nudge_after___number="")
        await type_in(lead, "/languages", language_policy="nl+fr", language_policy___english="on")
        now = stage.houses[HERE]
        assert f"{now.opening_hours[0][0].start:%H:%M}" == "10:00"
        assert now.closed_every_year == ((7, 11), (7, 21))
        assert [(each.kind, each.before.days) for each in now.reminders] == [("remind_day", 2)]
        assert (now.nudge_after, now.language_policy, now.languages) == (None, "nl+fr", ("nl", "fr", "en"))


@pytest.mark.parametrize(
    ("page", "typed"),
    [
        ("/hours", {"opening_hours___mon": "12:00-10:00"}),
        ("/hours", {"opening_hours___mon": "10:00-12:00, 11:00-13:00"}),
        ("/hours", {"closing_days": "tomorrow"}),
        ("/hours", {"closed_every_year": "31-12"}),
        ("/reminders", {"messages_a_day": "0"}),
        ("/reminders", {"quiet___from": "late"}),
        ("/reminders", {"pause___number": ""}),
        ("/languages", {"language_policy": "de"}),
        ("/retention", {"retention___left": "0"}),
        ("/texts/house", {"name": "x" * 61}),
        ("/questions/who-reads", {"faq__who-reads__title___nl": "x" * 21}),
        ("/questions/who-reads", {"faq__who-reads__answer___nl": "{nobody}"}),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_changes(stage: Console, page: str, typed: dict[str, str]) -> None:
    async with stage.serve() as opened:
        lead = await as_(stage, await opened(), "team_lead")
        await type_in(lead, page, **typed)
        assert lead.status == 400
        assert stage.houses[HERE] is ORGANISATIONS[HERE]


async def test_a_question_of_our_own_is_added_changed_and_taken_out(stage: Console) -> None:
    async with stage.serve() as opened:
        lead = await as_(stage, await opened(), "team_lead")
        await lead.open("/staff/organisation/questions")
        await lead.send('/questions"', None, **{"title:nl": "Is er parking?", "title:fr": "Un parking ?"})
        assert lead.path == "/staff/organisation/questions/is-er-parkin"
        await type_in(lead, "/questions/is-er-parkin", **{"faq__is-er-parkin__answer___nl": "Ja, achter het huis."})
        assert stage.houses[HERE].faq["is-er-parkin"].answer["nl"] == "Ja, achter het huis."
        await lead.send("/remove", None)
        assert "is-er-parkin" not in stage.houses[HERE].faq
        await lead.open("/staff/organisation/questions/who-reads")
        await lead.send("/remove", None)
        assert "who-reads" not in stage.houses[HERE].faq
        await lead.send("/who-reads/back", None)
        assert "who-reads" in stage.houses[HERE].faq


async def test_shortening_how_long_we_keep_takes_a_second_word(stage: Console) -> None:
    await stage.person()
    stage.later(days=5)
    async with stage.serve() as opened:
        lead = await as_(stage, await opened(), "team_lead")
        await type_in(lead, "/retention", retention___left="3")
        assert "People who left: 1" in lead.html
        assert stage.houses[HERE].retention.left == 7
        await lead.send("/retention", None, **inputs(lead.html), sure="yes")
        assert stage.houses[HERE].retention.left == 3
        await type_in(lead, "/retention", retention___left="30")
        assert stage.houses[HERE].retention.left == 30


async def test_somebody_is_invited_works_and_is_let_go(stage: Console) -> None:
    async with stage.serve() as opened:
        admin = await as_(stage, await opened(), "admin")
        await admin.open("/staff/organisation/people")
        place = next(iter(ORGANISATIONS[HERE].places))
        await admin.send('/people"', None, name="Zoë Peeters", role="coach", **{"language:nl": "on"})
        assert (admin.status, "Zoë Peeters" in admin.html) == (400, True)
        wanted = {"language:nl": "on", "language:fr": "on", f"place:{place}": "on"}
        await admin.send('/people"', None, name="Zoë Peeters", role="coach", **wanted)
        link = re.search(r"(/staff/link/[\w-]+)", admin.html)
        assert link is not None
        zoe = await opened()
        await zoe.open(link[1])
        await zoe.send("/staff/link/")
        assert zoe.path == "/staff/"
        assert stage.houses[HERE].coaches["zoe-peeters"].languages == ("nl", "fr")
        staff = await stage.account("zoe-peeters")
        here = f"/people/{staff.id}"
        await type_in(admin, here, **{"coaches__zoe-peeters__caseload": "12"})
        await admin.send("/roles", None, **{"coaches.zoe-peeters.roles:front_desk": "on"})
        assert (stage.houses[HERE].coaches["zoe-peeters"].caseload, (await stage.account("zoe-peeters")).role) == (
            12,
            "front_desk",
        )
        await admin.open(f"/staff/organisation{here}")
        await admin.send("/close", None)
        await zoe.open("/staff/")
        assert zoe.path == "/staff/sign-in"
        assert stage.houses[HERE].coaches["zoe-peeters"].roles == ()
        await admin.open(f"/staff/organisation{here}")
        await admin.send("/open", None)
        assert stage.houses[HERE].coaches["zoe-peeters"].roles == ("coach",)


async def test_nobody_closes_or_promotes_themselves_and_a_lead_nobody(stage: Console) -> None:
    me, yusuf = await stage.account("greet"), await stage.account("yusuf")
    async with stage.serve() as opened:
        admin = await as_(stage, await opened(), "admin")
        await admin.open(f"/staff/organisation/people/{yusuf.id}")
        sent = {"form_token": re.search(r'form_token" value="(\w+)"', admin.html)[1]}  # type: ignore[index]
        for act in ("close", "roles"):
            await admin._took(await admin.client.post(f"/staff/organisation/people/{me.id}/{act}", data=sent))
            assert "changed by a colleague" in admin.html
        lead = await as_(stage, admin, "team_lead")
        await lead.open(f"/staff/organisation/people/{yusuf.id}")
        assert "/close" not in lead.html
        token = re.search(r'form_token" value="(\w+)"', lead.html)
        assert token is not None
        answer = await lead.client.post(f"/staff/organisation/people/{yusuf.id}/close", data={"form_token": token[1]})
        assert answer.status == 404


async def test_a_token_is_shown_once_ends_by_itself_and_is_revoked(stage: Console) -> None:
    async with stage.serve() as opened:
        admin = await as_(stage, await opened(), "admin")
        await admin.open("/staff/organisation/tokens")
        await admin.send('/tokens"', None, name="", lasts="30")
        assert admin.status == 400
        await admin.send('/tokens"', None, name="cases", lasts="30", **{"cases:read": "on"})
        found = re.search(r"opstap_[\w-]+", admin.html)
        assert found is not None
        bearer = {"Authorization": f"Bearer {found[0]}"}
        assert (await admin.client.get("/api/v1/cases", headers=bearer)).status == 200
        await admin.open("/staff/organisation/tokens")
        assert found[0] not in admin.html
        stage.later(days=31)
        assert (await admin.client.get("/api/v1/cases", headers=bearer)).status == 401
        stage.later(days=-31)
        await admin.open("/staff/organisation/tokens")
        await admin.send("/revoke", None)
        assert (await admin.client.get("/api/v1/cases", headers=bearer)).status == 401


async def test_a_link_counts_without_telling_small_numbers(stage: Console) -> None:
    async with stage.serve() as opened:
        lead = await as_(stage, await opened(), "team_lead")
        await lead.open("/staff/organisation/links")
        await lead.send('/links"', None, name="Bibliotheek")
        assert "fewer than 5" in lead.html
        for kind, begins in (("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF")):
            found = re.search(rf'href="([^"]+\.{kind})"', lead.html)
            assert found is not None
            answer = await lead.client.get(found[1])
            assert (await answer.read()).startswith(begins)
        await lead.send("/close", None)
        assert "no longer counted" in lead.html


async def test_each_change_stands_in_the_audit(stage: Console) -> None:
    async with stage.serve() as opened:
        lead = await as_(stage, await opened(), "team_lead")
        await type_in(lead, "/texts/house", phone="011 99 99 99")

    def told(session: Session) -> list[tuple[str, str]]:
        rows = session.exec(select(Audit).where(col(Audit.action).startswith("organisation"))).all()
        return [(row.action, row.subject) for row in rows]

    assert await stage.ledger.read(told) == [("organisation.change", "phone")]
    changes = await stage.ledger.read(lambda session: session.exec(select(OrganisationChange)).all())
    assert [(row.place, row.value) for row in changes] == [("phone", "011 99 99 99")]
