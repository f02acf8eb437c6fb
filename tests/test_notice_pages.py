"""Staff choose on a page how they get notices, and try it out."""

from __future__ import annotations

import re

from storage.ledger import Ledger
from tests.staff_stage import Stage


async def test_a_way_is_chosen_kept_and_refused_without_an_address(sqlite_ledger: Ledger) -> None:
    stage = Stage(sqlite_ledger)
    await stage.staff()
    async with stage.serve() as opened:
        greet = await (await opened()).sign_in("greet")
        await greet.open("/staff/notices/ways")
        assert re.search(r'value="console"\s+checked', greet.html)
        await greet.send('/notices/ways"', way="email", email="")
        assert (greet.status, "such as an@example.org" in greet.html) == (400, True)
        await greet.send('/notices/ways"', way="email", email="greet@example.org")
        assert re.search(r'value="email"\s+checked', greet.html)
        assert 'value="greet@example.org"' in greet.html
        await greet.open("/staff/notices/ways")
        yusuf = await (await opened()).sign_in("yusuf")
        await yusuf.open("/staff/notices/ways")
        assert "greet@example.org" not in yusuf.html


async def test_without_a_way_a_test_says_that_nothing_was_sent(sqlite_ledger: Ledger) -> None:
    stage = Stage(sqlite_ledger)
    await stage.staff()
    async with stage.serve() as opened:
        greet = await (await opened()).sign_in("greet")
        await greet.open("/staff/notices/ways")
        await greet.send("/ways/test")
        assert "Nothing was sent" in greet.html
