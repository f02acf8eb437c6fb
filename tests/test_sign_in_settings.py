"""How staff sign in, as an organisation's file says it; and what an administrator does when somebody is locked out."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from sqlmodel import Session, select
from typer.testing import CliRunner

from bot.cli import app
from casework.door.accounts import ensure_accounts, find_account
from casework.door.factors import factors_of
from casework.door.outside_identity import Somebody, is_tied, tie
from casework.door.recovery_codes import new_codes
from casework.door.sign_in import find_door, open_door
from casework.house.organisations import BadOrganisation, Organisation, load_organisations
from storage.door_tables import Passkey
from storage.ledger import open_ledger
from storage.tables import Audit, Staff
from storage.verify import verify
from tests.staff_stage import NOW, ORGANISATIONS
from tests.stage import ROOT

T = TypeVar("T")
GENK = (ROOT / "organisations" / "genk" / "organisation.yaml").read_text("utf-8")
PROVIDER = """sign_in:
  second_factor: required
  provider:
    name: Stad Genk
    issuer: https://login.example.org/realms/genk
    client_id: opstap
    asks_second_factor: true
"""
WRONG = {
    "a second factor of another word": ("second_factor: required", "second_factor: yes", "'yes' is not known here"),
    "a word nobody knows": ("client_id:", "clientid:", "did you mean 'client_id'?"),
    "a secret in the file": ("client_id: opstap", "client_id: opstap\n    secret: x", "'secret' is not known here"),
    "a provider in the open": ("https://login", "http://login", "beginning with https://"),
    "a provider without a name": ("    name: Stad Genk\n", "", "'name' is missing"),
}


def load(folder: Path, text: str) -> Organisation:
    (folder / "genk").mkdir()
    (folder / "genk" / "organisation.yaml").write_text(text, "utf-8")
    return load_organisations(folder)["genk"]


def test_the_file_says_how_staff_sign_in(tmp_path: Path) -> None:
    signs_in = load(tmp_path, GENK.replace("flow: intake\n", f"flow: intake\n{PROVIDER}", 1)).sign_in
    assert signs_in.second_factor == "required"
    assert signs_in.provider is not None
    assert (signs_in.provider.name, signs_in.provider.asks_second_factor) == ("Stad Genk", True)


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_line_is_named_with_its_remedy(case: str, tmp_path: Path) -> None:
    right, wrong, said = WRONG[case]
    with pytest.raises(BadOrganisation) as caught:
        load(tmp_path, GENK.replace("flow: intake\n", f"flow: intake\n{PROVIDER.replace(right, wrong)}", 1))
    assert said in str(caught.value)


def test_without_a_word_about_it_nothing_is_asked(tmp_path: Path) -> None:
    signs_in = load(tmp_path, GENK).sign_in
    assert (signs_in.second_factor, signs_in.provider) == ("optional", None)


def with_emails(*emails: str) -> str:
    """The first coaches of the file have these."""
    before, coaches = GENK.split("\ncoaches:\n")
    first, *rest = coaches.split("    languages: ", len(emails))
    written = [f"    email: {email}\n    languages: {each}" for email, each in zip(emails, rest, strict=True)]
    return f"{before}\ncoaches:\n{first}{''.join(written)}"


def test_an_address_is_written_in_any_case_and_stands_for_one_coach(tmp_path: Path) -> None:
    assert [coach.email for coach in load(tmp_path, with_emails("An@Example.org")).coaches.values()][:2] == [
        "an@example.org",
        None,
    ]


@pytest.mark.parametrize(
    ("emails", "said"), [(("an@here.be", "AN@here.be"), "has the same one"), (("an at here",), "no e-mail address")]
)
def test_an_address_of_two_or_of_nobody_is_refused(emails: tuple[str, ...], said: str, tmp_path: Path) -> None:
    with pytest.raises(BadOrganisation, match=said):
        load(tmp_path, with_emails(*emails))


def opstap(url: str, *words: str, code: int = 0) -> str:
    settings = {"OPSTAP_DATABASE_URL": url, "OPSTAP_ORGANISATIONS": str(ROOT / "organisations")}
    result = CliRunner().invoke(app, ["user", *words], env=settings)
    assert result.exit_code == code, result.output
    return result.output


def in_one(url: str, work: Callable[[Session], T]) -> T:
    async def run() -> T:
        ledger = await open_ledger(url)
        try:
            return await ledger.write(work)
        finally:
            await ledger.close()

    return asyncio.run(run())


def an_of(session: Session) -> Staff:
    staff = find_account(session, "genk", "an")
    assert staff is not None
    return staff


def test_an_administrator_helps_who_lost_their_second_step(sqlite_url: str) -> None:
    def lose(session: Session) -> str:
        ensure_accounts(session, ORGANISATIONS["genk"], NOW)
        an = an_of(session)
        key = Passkey(staff_id=an.id, credential="c", public_key=b"k", name="Telephone", created_at=NOW)
        session.add(key)
        new_codes(session, an.id)
        tie(session, an, Somebody("https://login.example", "u-an"), NOW)
        return open_door(session, an.id, NOW)

    token = in_one(sqlite_url, lose)
    assert "signed out everywhere" in opstap(sqlite_url, "reset-factor", "genk", "an")
    assert not in_one(sqlite_url, lambda s: factors_of(s, an_of(s).id)).any
    assert in_one(sqlite_url, lambda s: find_door(s, token, NOW)) is None
    assert in_one(sqlite_url, lambda s: is_tied(s, an_of(s).id))
    opstap(sqlite_url, "untie", "genk", "an")
    assert not in_one(sqlite_url, lambda s: is_tied(s, an_of(s).id))
    rows = in_one(sqlite_url, lambda s: [(row.actor, row.action) for row in s.exec(select(Audit)).all()])
    assert rows == [("operator", "staff.reset_factors"), ("operator", "staff.untie")]
    assert in_one(sqlite_url, verify) == []


def test_nobody_of_that_name_is_one_line(sqlite_url: str) -> None:
    assert "has no account nobody" in opstap(sqlite_url, "reset-factor", "genk", "nobody", code=2)


def test_every_test_that_the_security_page_names_is_there() -> None:
    page = (ROOT / "docs" / "sign-in.md").read_text("utf-8")
    names = re.findall(r"`([a-z]+_[a-z_]+?)(?:_?\.\.\.)?`", page.partition("## Passwords")[2])
    tests = "".join(file.read_text("utf-8") for file in (ROOT / "tests").rglob("test_*.py"))
    assert len(names) > 40
    assert [
        name for name in names if f"def test_{name}" not in tests and name not in ("second_factor", "at_hash")
    ] == []
