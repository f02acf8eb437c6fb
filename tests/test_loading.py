"""``opstap load``: safe to repeat, shows first what it would do, and leaves alone what the console changed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlmodel import Session, col, select

from bot.checking import check_all
from bot.loading import NOTHING_DONE, load_files
from bot.settings import Settings
from casework.house.organisations import load_organisations
from storage.ledger import open_ledger
from storage.migrate import migrate
from storage.tables import Staff
from tests.stage import ROOT

PAGE = (ROOT / "docs" / "a-new-organisation.md").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What the page tells to type: the sixth organisation, alone with what all share."""
    folder = tmp_path / "opstap"
    (folder / "mechelen").mkdir(parents=True)
    for shared in ("faq.yaml", "replies.yaml", "public_services.yaml"):
        (folder / shared).write_bytes((ROOT / "organisations" / shared).read_bytes())
    written = re.findall(r"```yaml\n(id: .*?)```", PAGE, re.DOTALL)
    (folder / "mechelen" / "organisation.yaml").write_text(written[0], encoding="utf-8")
    return folder


@pytest.fixture
async def settings(folder: Path, tmp_path: Path) -> Settings:
    url = f"sqlite:///{tmp_path}/opstap.db"
    await migrate(url)
    return Settings(organisations=folder, database_url=url, secret_key=SecretStr("a secret for the tests of loading"))


async def logins(settings: Settings, **changes: object) -> list[str]:
    """Who has an open account, after ``changes`` to the account of Tine."""

    def work(session: Session) -> list[str]:
        for staff in session.exec(select(Staff)) if changes else ():
            for name, value in changes.items():
                setattr(staff, name, value)
        return [staff.login for staff in session.exec(select(Staff).where(col(Staff.active)))]

    ledger = await open_ledger(settings.database_url)
    try:
        return await ledger.write(work)
    finally:
        await ledger.close()


def test_the_lines_that_change_most_often_are_in_order(folder: Path) -> None:
    file = folder / "mechelen" / "organisation.yaml"
    added = re.findall(r"```yaml\n(.*?)```", PAGE.partition("## 6.")[2], re.DOTALL)
    file.write_text(file.read_text("utf-8") + "".join(added), "utf-8")
    assert check_all(folder).problems == []
    mechelen = load_organisations(folder)["mechelen"]
    assert {*mechelen.coaches} == {"tine", "sara"}
    assert "bike" in mechelen.faq


async def test_a_dry_run_tells_what_loading_does_and_changes_nothing(settings: Settings) -> None:
    told = await load_files(settings, dry_run=True)
    assert told == ["1 new accounts.", "mechelen: new accounts: tine.", NOTHING_DONE]
    assert await logins(settings) == []
    assert await load_files(settings, dry_run=False) == told[:-1]
    assert await logins(settings) == ["tine"]


async def test_loading_again_does_nothing(settings: Settings) -> None:
    await load_files(settings, dry_run=False)
    assert await load_files(settings, dry_run=False) == ["0 new accounts."]


async def test_what_staff_changed_stays_and_is_named(settings: Settings) -> None:
    await load_files(settings, dry_run=False)
    await logins(settings, role="front_desk")
    told = await load_files(settings, dry_run=False)
    assert told[1:] == ["mechelen: accounts that the console changed, and that stay as they are: tine."]


async def test_who_left_the_file_is_named_before_the_account_is_closed(settings: Settings, folder: Path) -> None:
    await load_files(settings, dry_run=False)
    file = folder / "mechelen" / "organisation.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("  tine:", "  tom:"), encoding="utf-8")
    told = await load_files(settings, dry_run=True)
    assert "mechelen: accounts closed, because the file no longer has them: tine." in told
    assert await logins(settings) == ["tine"]
    await load_files(settings, dry_run=False)
    assert await logins(settings) == ["tom"]


def test_the_organisation_of_the_page_has_its_doors(folder: Path) -> None:
    organisation = load_organisations(folder)["mechelen"]
    assert organisation.choices["path"][0] == "full"


def test_a_door_that_the_flow_does_not_have_is_named_with_its_line(folder: Path) -> None:
    file = folder / "mechelen" / "organisation.yaml"
    wrong = file.read_text(encoding="utf-8").replace("door_who: [partner, other]", "door_who: [partner, baker]")
    file.write_text(wrong, encoding="utf-8")
    line = wrong[: wrong.index("baker")].count("\n") + 1
    (problem,) = check_all(folder).problems
    assert problem.startswith(f"opstap/mechelen/organisation.yaml:{line}: choices: door_who has no option baker.")
