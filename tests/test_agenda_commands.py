"""``opstap agenda``: addresses that are shown once, and calendars elsewhere, added, listed, refreshed and removed."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from bot.cli import app
from storage.ledger import open_ledger
from storage.tables import AgendaFeed, OutsideCalendar
from storage.verify import verify
from tests.outside_server import OutsideServer
from tests.stage import ROOT
from tests.test_outside_events import TIMED, calendar, event

SETTINGS = {
    "OPSTAP_SECRET_KEY": "s" * 40,
    "OPSTAP_ORGANISATIONS": str(ROOT / "organisations"),
    "OPSTAP_CLOCK": "2027-03-24T10:00+01:00",
    "OPSTAP_PUBLIC_URL": "https://opstap.example",
}
INSIDE = {"OPSTAP_CALENDAR_NETWORKS": "127.0.0.0/8"}


@pytest.fixture
def opstap(sqlite_url: str) -> Runs:
    return Runs(sqlite_url)


class Runs:
    """The command over one database."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __call__(self, *words: str, fails: bool = False, typed: str = "", **more: str) -> str:
        settings = SETTINGS | {"OPSTAP_DATABASE_URL": self.url} | more
        result = CliRunner().invoke(app, ["agenda", *words], env=settings, input=typed)
        assert result.exit_code == (2 if fails else 0), result.output
        return result.output.strip()

    def rows(self, table: type[AgendaFeed | OutsideCalendar]) -> list[str]:
        """Every row as it lies in the database."""
        return asyncio.run(self._rows(table))

    async def _rows(self, table: type[AgendaFeed | OutsideCalendar]) -> list[str]:
        ledger = await open_ledger(self.url)
        try:
            assert await ledger.read(verify) == []
            return await ledger.read(lambda session: [repr(row) for row in session.exec(select(table))])
        finally:
            await ledger.close()


@contextmanager
def server(files: dict[str, bytes], **sign_in: str) -> Iterator[OutsideServer]:
    """On a loop of its own: each command has one too."""
    loop, outside = asyncio.new_event_loop(), OutsideServer(files, **sign_in)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(outside.__aenter__(), loop).result()
    try:
        yield outside
    finally:
        asyncio.run_coroutine_threadsafe(outside.__aexit__(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def test_an_address_is_shown_once_and_only_its_hash_is_kept(opstap: Runs) -> None:
    address = opstap("feed", "genk", "an")
    assert re.fullmatch(r"https://opstap\.example/agenda/[\w-]{32}\.ics", address)
    token = address.rpartition("/")[2].removesuffix(".ics")
    assert not [row for row in opstap.rows(AgendaFeed) if token in row]
    assert token not in opstap("feeds", "genk")


def test_a_coach_may_have_several_addresses_and_each_is_taken_back_by_itself(opstap: Runs) -> None:
    for _ in range(2):
        opstap("feed", "genk", "an")
    opstap("feed", "genk", "karima")
    first = next(line for line in opstap("feeds", "genk").splitlines() if " an " in line).split()[0]
    assert opstap("revoke", "genk", "an", first) == "Addresses taken back: 1."
    assert opstap("revoke", "genk", "an") == "Addresses taken back: 1."
    assert opstap("feeds", "genk").count("taken back 2027-03-24") == 2


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("feed", "nowhere", "an"), "there is no organisation nowhere"),
        (("feed", "genk", "nobody"), "genk has no coach nobody"),
        (("add", "genk", "an", "calendar.ics"), "this is no address of a calendar"),
        (("remove", "genk", "nothing"), "genk has no calendar nothing"),
    ],
)
def test_a_mistake_is_one_line(opstap: Runs, words: tuple[str, ...], why: str) -> None:
    said = opstap(*words, fails=True)
    assert why in said
    assert "\n" not in said


def test_a_calendar_is_added_looked_into_listed_and_removed(opstap: Runs) -> None:
    with server({"an.ics": calendar(event(TIMED))}) as outside:
        added = opstap("add", "genk", "an", f"{outside.url}/an.ics", **INSIDE)
        id = added.split()[0]
        assert added == f"{id}  1 busy times"
        assert opstap("list", "genk").endswith("1 busy times, known at 2027-03-24 09:00 UTC")
        outside.files["an.ics"] = calendar()
        assert opstap("refresh", "genk", **INSIDE).endswith("an                 0 busy times")
        assert outside.url not in "".join(opstap.rows(OutsideCalendar))
        assert opstap("remove", "genk", id) == "This calendar is forgotten."
        assert opstap("list", "genk") == ""


def test_a_private_address_needs_the_setting(opstap: Runs) -> None:
    with server({"an.ics": calendar()}) as outside:
        said = opstap("add", "genk", "an", f"{outside.url}/an.ics")
        assert said.endswith("its address is not public; it is tried again every quarter of an hour")
        assert not outside.seen
    assert "never reached, since 2027-03-24 09:00 UTC" in opstap("list", "genk")


def test_the_password_is_asked_for_or_comes_from_the_environment(opstap: Runs) -> None:
    with server({"an.ics": calendar()}, user="an", password="geheim") as outside:
        ask = ("add", "genk", "an", f"{outside.url}/an.ics", "--sign-in-as", "an")
        typed = opstap(*ask, typed="geheim\n", **INSIDE)
        assert typed.endswith("0 busy times")
        assert "geheim" not in typed
        assert opstap(*ask, OPSTAP_CALENDAR_PASSWORD="geheim", **INSIDE).endswith("0 busy times")
        assert opstap(*ask, typed="wrong\n", **INSIDE).rpartition("  ")[2].startswith("it does not let us in")
        assert "geheim" not in "".join(opstap.rows(OutsideCalendar))


def test_networks_that_make_no_sense_are_refused(opstap: Runs) -> None:
    said = opstap("list", "genk", fails=True, OPSTAP_CALENDAR_NETWORKS="10.0.0.0/99")
    assert said.startswith("opstap: OPSTAP_CALENDAR_NETWORKS: write networks as 10.20.0.0/16")
