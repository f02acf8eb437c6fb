"""Who guesses at the door waits longer and longer; who belongs there is never kept out for long."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from casework.door.devices import device_words
from casework.door.guessing import (
    FREE,
    FREE_ADDRESS,
    WAITS,
    Count,
    Source,
    counts,
    give_back,
    sweep_tries,
    take_try,
    wait_after,
)
from staff.known_browser import browser_cookie
from storage.door_tables import SignInTries
from storage.ledger import Ledger, open_ledger
from storage.tables import Audit
from tests.databases import BOTH
from tests.staff_stage import ELSEWHERE, HERE, NOW, Browser, Open, Stage

KEY = b"k" * 32
WRONG = "a guess that is wrong"


async def guesses(browser: Browser, login: str, times: int, organisation: str = HERE) -> list[int]:
    return [(await browser.sign_in(login, organisation, WRONG)).status for _ in range(times)]


@given(st.integers(0, 1000), st.integers(1, 50))
def test_a_wait_never_shrinks_and_never_passes_its_bound(tries: int, free: int) -> None:
    assert wait_after(tries, free) <= wait_after(tries + 1, free) <= WAITS[-1]
    assert (wait_after(tries, free) == timedelta()) == (tries < free)


@given(st.lists(st.integers(0, 120), max_size=40))
def test_an_account_takes_ten_guesses_in_any_quarter_of_an_hour_at_most(gaps: list[int]) -> None:
    """Whenever somebody tries: the model of what ``take_try`` does with one count."""
    now, tries, closed, taken = NOW, 0, NOW, []
    for gap in gaps:
        now += timedelta(seconds=gap * 10)
        if closed <= now:
            tries += 1
            taken.append(now)
            closed = now + wait_after(tries, FREE)
    within = [sum(1 for at in taken if first <= at < first + timedelta(minutes=15)) for first in taken]
    assert max(within, default=0) <= 10


async def refused(ledger: Ledger, counted: Sequence[Count], now: datetime) -> timedelta | None:
    return await ledger.write(lambda session: take_try(session, counted, now))


@BOTH
async def test_of_many_guesses_at_once_no_more_are_taken_than_are_free(stage: Stage) -> None:
    counted = counts(KEY, "account", Source("192.0.2.1"))
    waits = await asyncio.gather(*(refused(stage.ledger, counted, stage.now) for _ in range(20)))
    assert waits.count(None) == FREE


@BOTH
async def test_a_hundred_addresses_share_the_guesses_at_one_account(stage: Stage) -> None:
    sources = [counts(KEY, "account", Source(f"192.0.2.{number}")) for number in range(100)]
    waits = [await refused(stage.ledger, counted, stage.now) for counted in sources]
    assert waits.count(None) == FREE


async def test_a_hundred_accounts_share_the_guesses_of_one_address(stage: Stage) -> None:
    accounts = [counts(KEY, f"account|{number}", Source("192.0.2.1")) for number in range(100)]
    waits = [await refused(stage.ledger, counted, stage.now) for counted in accounts]
    assert waits.count(None) == FREE_ADDRESS


async def test_all_addresses_of_one_household_are_one(stage: Stage) -> None:
    sources = [counts(KEY, f"account|{n}", Source(f"2001:db8:1:2::{n:x}")) for n in range(FREE_ADDRESS + 5)]
    waits = [await refused(stage.ledger, counted, stage.now) for counted in sources]
    assert waits.count(None) == FREE_ADDRESS


async def test_an_office_that_signs_in_rightly_never_waits(stage: Stage) -> None:
    for number in range(3 * FREE_ADDRESS):
        counted = counts(KEY, f"account|{number}", Source("192.0.2.1"))
        assert await refused(stage.ledger, counted, stage.now) is None
        await stage.ledger.write(lambda session, right=counted: give_back(session, right, stage.now))  # type: ignore[misc]


async def test_what_was_tried_is_forgotten_after_a_day(stage: Stage) -> None:
    counted = counts(KEY, "account", Source("192.0.2.1"))
    for _ in range(FREE):
        await refused(stage.ledger, counted, stage.now)
    await stage.ledger.write(lambda session: sweep_tries(session, stage.now + timedelta(days=1)))
    assert await stage.ledger.read(lambda session: session.exec(select(SignInTries)).all()) == []


async def test_what_is_kept_of_a_guess_names_nobody_and_no_address(stage: Stage) -> None:
    await refused(stage.ledger, counts(KEY, f"account|{HERE}/greet", Source("192.0.2.1")), stage.now)
    kept = await stage.ledger.read(lambda s: str([row.model_dump() for row in s.exec(select(SignInTries))]))
    assert "greet" not in kept
    assert "192.0.2" not in kept


async def test_the_wait_grows_and_its_length_is_said(stage: Stage, browser: Open) -> None:
    guesser, told = await browser(), []
    await guesses(guesser, "greet", FREE)
    for _ in range(6):
        await guesser.sign_in("greet")
        assert guesser.status == 429
        told.append(int(guesser.html.split("Try again in some minutes: ")[1].split(".")[0]))
        stage.later(minutes=told[-1])
        assert await guesses(guesser, "greet", 1) == [400]
    assert told == [1, 2, 4, 8, 15, 15]


async def test_who_signed_in_here_before_gets_in_while_others_guess(stage: Stage, browser: Open) -> None:
    coach, guesser = await (await browser()).sign_in("greet"), await browser()
    await coach.send("/sign-out")
    await guesses(guesser, "greet", FREE)
    assert (await guesser.sign_in("greet")).status == 429
    assert (await coach.sign_in("greet")).path == "/staff/"


async def test_a_known_browser_guesses_no_longer_than_an_unknown_one(stage: Stage, browser: Open) -> None:
    coach = await (await browser()).sign_in("greet")
    await coach.send("/sign-out")
    assert await guesses(coach, "greet", FREE + 1) == [400] * FREE + [429]
    assert (await (await browser()).sign_in("greet")).path == "/staff/"


async def test_a_known_browser_is_known_for_those_who_signed_in_there_only(stage: Stage, browser: Open) -> None:
    shared = await (await browser()).sign_in("greet")
    await shared.send("/sign-out")
    await guesses(await browser(), "yusuf", FREE)
    assert (await shared.sign_in("yusuf")).status == 429
    stage.later(minutes=1)
    await shared.sign_in("yusuf")
    await shared.send("/sign-out")
    for login in ("greet", "yusuf"):
        await guesses(await browser(), login, FREE)
        assert (await shared.sign_in(login)).path == "/staff/", login
        await shared.send("/sign-out")


@pytest.mark.parametrize("forged", ["", "x", "x.y", "x" * 700, "mark." + "0" * 32, "é.1", "."])
async def test_a_forged_mark_of_a_browser_is_worth_nothing(stage: Stage, browser: Open, forged: str) -> None:
    guesser = await browser()
    guesser.client.session.cookie_jar.update_cookies({browser_cookie(False): forged}, guesser.client.make_url("/"))
    assert await guesses(guesser, "greet", FREE + 1) == [400] * FREE + [429]


async def test_a_name_that_nobody_has_is_answered_like_one_that_somebody_has(stage: Stage, browser: Open) -> None:
    answers = []
    for login in ("greet", "nobody-of-that-name"):
        guest = await browser()
        statuses = await guesses(guest, login, FREE + 1)
        answers.append((statuses, guest.html.replace(login, "LOGIN").replace(guest.cookie(), "")))
    (known, html), (unknown, other) = answers
    assert known == unknown
    assert [line for line in html.splitlines() if "form_token" not in line] == [
        line for line in other.splitlines() if "form_token" not in line
    ]


async def test_what_is_typed_for_an_organisation_stands_nowhere(stage: Stage, browser: Open) -> None:
    assert (await guesses(await browser(), "greet", 1, "a name of no organisation")) == [400]
    assert await stage.ledger.read(lambda session: session.exec(select(Audit)).all()) == []


async def test_the_same_login_of_two_organisations_counts_apart(browser: Open) -> None:
    await guesses(await browser(), "greet", FREE, HERE)
    assert await guesses(await browser(), "greet", 1, ELSEWHERE) == [400]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Linux; Android 15; SM-S921B) Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/19.0 Safari/605.1.15", "Safari, Mac"),
        ("curl/8", ""),
        ("<script>alert(1)</script>", ""),
    ],
)
def test_a_browser_is_named_in_two_words(agent: str, words: str) -> None:
    assert device_words(agent) == words


async def test_a_try_that_was_right_takes_those_before_it_back() -> None:
    ledger = await open_ledger("sqlite://")
    counted = counts(KEY, "account", Source("192.0.2.1"))
    for _ in range(FREE - 1):
        assert await refused(ledger, counted, NOW) is None
    await ledger.write(lambda session: give_back(session, counted, NOW))
    assert [await refused(ledger, counted, NOW) for _ in range(FREE)] == [None] * FREE
    await ledger.close()
