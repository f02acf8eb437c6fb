"""Wrong settings: one line that names the setting and the remedy, exit code 2, and nothing is made."""

from __future__ import annotations

import contextlib
import logging
import re
import socket
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from aiohttp.test_utils import unused_port
from typer.testing import CliRunner

from bot.cli import app
from bot.clock import parse_clock
from bot.settings import BadSettings, telegram_tokens
from tests.stage import ROOT

WRONG = [
    ("PROT", "8080", "there is no such setting"),
    ("PORT", "acht", "integer"),
    ("PORT", "99999", "65535"),
    ("PORT", "0", "1"),
    ("CLOCK", "gisteren", "2027-03-24T10:00+01:00"),
    ("CLOCK", "2027-03-24T10:00", "time zone"),
    ("CLOCK", "9999-12-31T23:59+00:00", "a year from 2000 to 2199"),
    ("CLOCK", "2027-03-24T10:00+01:00x0", "more than 0"),
    ("CLOCK", "2027-03-24T10:00+01:00xinf", "more than 0"),
    ("CLOCK", "2027-03-24T10:00+01:00xnan", "more than 0"),
    ("PUBLIC_URL", "http://opstap.example.org", "https://"),
    ("PUBLIC_URL", "opstap.example.org", "https://"),
    ("PUBLIC_URL", "https://", "https://"),
    ("PUBLIC_URL", "https://opstap.example.org/chat", "with nothing behind it"),
    ("PUBLIC_URL", "https://opstap.example.org?a=1", "with nothing behind it"),
    ("PUBLIC_URL", "https://op stap.example.org", "with nothing behind it"),
    ("PUBLIC_URL", "https://opstap.example.org:99999", "65535"),
    ("TELEGRAM_API", "nonsense", "https://"),
    ("TELEGRAM_API", "http://api telegram org", "https://"),
    ("TELEGRAM_API", "http://127.0.0.1:99999", "65535"),
    ("TELEGRAM_TOKEN_NOWHERE", "4242:AAE-secret", "genk"),
    ("TELEGRAM_TOKEN_GENK", "not a secret token", "@BotFather"),
    ("SECRET_KEY", "secret", "openssl rand -hex 32"),
    ("DATABASE_URL", "mysql://root:secret@somewhere/opstap", "sqlite:///"),
    ("DATABASE_URL", "nonsense", "sqlite:///"),
    ("DATABASE_URL", "sqlite:////proc/nowhere/opstap.sqlite", "OPSTAP_DATABASE_URL"),
    ("DATABASE_URL", "postgresql://opstap@somewhere/opstap", "OPSTAP_SECRET_KEY"),
    ("ORGANISATIONS", "nowhere", "organisation.yaml"),
    ("HOST", "192.0.2.7", "127.0.0.1"),
    ("HOST", "", "at least 1 character"),
    ("DATABASE_URL", "postgresql://opstap@somewhere:port/opstap", "sqlite:///"),
    ("DATABASE_URL", "postgresql://opstap@somewhere/opstap?channel_binding=require", "channel_binding"),
    ("DATABASE_URL", "sqlite:///", "OPSTAP_SECRET_KEY"),
    ("SMTP_PORT", "mail", "integer"),
    ("SMTP_SECURITY", "ssl", "starttls"),
    ("SMTP_FROM", "the house", "opstap@example.org"),
    ("SMTP_HOST", "mail.example.org", "OPSTAP_SMTP_FROM"),
    ("PROXIES", "10.0.0.0/99", "10.20.0.0/16"),
    ("CALENDAR_NETWORKS", "intranet", "10.20.0.0/16"),
    ("AGENDA_TOKEN_GENK", "a secret", "`agenda:`"),
    ("PROVIDER_SECRET_GENK", "a secret", "`provider:`"),
    ("PROVIDER_SECRET_FILE_GENK", "/nowhere", "`provider:`"),
]


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """``serve`` sets up the logs of its whole process, which here is that of the tests."""
    root, configured = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.configure(**configured)


def refused(folder: Path, arguments: list[str], **settings: str) -> str:
    """What ``opstap`` says; it must be one line, with exit code 2 and no new file."""
    before = set(folder.rglob("*"))
    wanted = {"ORGANISATIONS": str(ROOT / "organisations"), "PORT": str(unused_port()), **settings}
    with contextlib.chdir(folder):
        result = CliRunner().invoke(app, arguments, env={f"OPSTAP_{name}": value for name, value in wanted.items()})
    assert (result.exit_code, result.output.count("\n")) == (2, 1), result.output
    assert result.output.startswith("opstap: ")
    assert set(folder.rglob("*")) == before
    return result.output


@pytest.mark.parametrize(("name", "value", "remedy"), WRONG, ids=[f"{name}={value}" for name, value, _ in WRONG])
def test_a_wrong_setting_is_one_line_and_nothing_is_started(tmp_path: Path, name: str, value: str, remedy: str) -> None:
    said = refused(tmp_path, ["serve", "--set-up"], **{name: value})
    assert remedy in said
    assert "secret" not in said
    assert name in said or name in ("DATABASE_URL", "ORGANISATIONS", "SMTP_HOST")


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (["chat", "--organisation", "nowhere"], "bijzig, genk, handel"),
        (["chat", "--language", "de"], "bijzig does not speak de. Choose: nl, fr"),
        (["user", "token", "nowhere", "test"], "bijzig, genk, handel"),
        (["user", "list", "nowhere"], "bijzig, genk, handel"),
        (["user", "link", "nowhere", "an"], "bijzig, genk, handel"),
        (["user", "list", "genk"], "run `opstap migrate`"),
        (["serve"], "run `opstap migrate`"),
        (["doctor"], "run `opstap migrate`"),
        (["sreve"], "No such command 'sreve'"),
        (["load", "--dry"], "No such option: --dry (Possible options: --dry-run)"),
        (["user", "link", "genk"], "Missing argument 'login'"),
        (["funnel", "--days", "0"], "greater than or equal to 1"),
        (["check", "everything"], "unexpected extra argument(s) (everything)"),
        (["check", "--flows", "new-files"], "go with --in-flight"),
        (["check", "--organisation", "genk"], "go with --in-flight"),
        (["check", "--in-flight", "--keep-ids"], "look ahead first"),
    ],
)
def test_a_wrong_command_is_one_line_and_makes_nothing(tmp_path: Path, arguments: list[str], remedy: str) -> None:
    assert remedy in refused(tmp_path, arguments)


def test_a_port_in_use_is_found_before_a_database_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        said = refused(tmp_path, ["serve", "--set-up"], PORT=str(other.getsockname()[1]))
    assert said.startswith("opstap: OPSTAP_PORT: ")
    assert "Choose another port" in said


def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "opstap.sqlite"
    with contextlib.closing(sqlite3.connect(file)) as database, database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        database.execute("INSERT INTO alembic_version VALUES ('9999')")
    (tmp_path / "opstap.sqlite.lock").touch()
    before = file.read_bytes()
    said = refused(tmp_path, ["serve", "--set-up"], DATABASE_URL=f"sqlite:///{file}")
    assert f"{file} was made by a newer version (9999): upgrade the program" in said
    assert file.read_bytes() == before


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("my shopping list\n" * 200)
    (tmp_path / "list.txt.lock").touch()
    said = refused(tmp_path, ["serve", "--set-up"], DATABASE_URL=f"sqlite:///{file}")
    assert f"{file} is no sound database: put back a backup" in said
    assert file.read_text() == "my shopping list\n" * 200


@pytest.mark.parametrize("arguments", [["migrate"], ["doctor", "--verify"], ["user", "list", "genk"], ["funnel"]])
def test_every_command_says_what_is_wrong_with_the_database(tmp_path: Path, arguments: list[str]) -> None:
    file, folder = tmp_path / "list.txt", tmp_path / "folder"
    file.write_text("my shopping list\n" * 200)
    folder.mkdir()
    for lock in ("list.txt.lock", "folder.lock"):
        (tmp_path / lock).touch()
    assert "is no sound database" in refused(tmp_path, arguments, DATABASE_URL=f"sqlite:///{file}")
    said = refused(tmp_path, arguments, DATABASE_URL=f"sqlite:///{folder}")
    assert f"{folder} cannot be" in said
    assert "OPSTAP_DATABASE_URL" in said


@pytest.mark.parametrize("arguments", [["serve", "--set-up"], ["migrate"], ["chat"]])
def test_our_tables_do_not_come_among_those_of_another_program(tmp_path: Path, arguments: list[str]) -> None:
    file = tmp_path / "shop.sqlite"
    with contextlib.closing(sqlite3.connect(file)) as shop, shop:
        shop.execute("PRAGMA journal_mode=WAL")
        shop.execute("CREATE TABLE bread (price INTEGER)")
    (tmp_path / "shop.sqlite.lock").touch()
    said = refused(tmp_path, arguments, DATABASE_URL=f"sqlite:///{file}")
    assert f"{file} holds tables of another program: choose another OPSTAP_DATABASE_URL" in said


def test_a_database_that_another_program_writes_is_left_to_it(tmp_path: Path, sqlite_url: str) -> None:
    with contextlib.closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        Path(f"{sqlite_url.removeprefix('sqlite:///')}.lock").touch()
        said = refused(tmp_path, ["serve"], DATABASE_URL=sqlite_url)
    assert "is being written by another program: stop that one first" in said


@pytest.mark.parametrize(
    ("wrong", "right", "remedy"),
    [
        ("id: genk", "id: gent", "write 'genk'"),
        ("zone: Europe/Brussels", "zone: Europe/Genk", "Europe/Brussels"),
        ("  minutes: 45", "  minuts: 45", "did you mean 'minutes'?"),
        ("  minutes: 45", "  minutes: veel", "write one such as 45"),
        ("zone: Europe/Brussels", 'zone: "Europe\\n/Brussels"', "Europe/Brussels"),
        ("flow: intake", "flow: nowhere", "there is no flow nowhere. Known: appointment"),
        ("path: [full", "path: [rocket, full", "path has no option rocket. Known: full"),
        ("places:", "places: [", "Close every"),
        ("  minutes: 45", "  minutes: 4\x005", "Type this line anew"),
        ("  minutes: 45", "  ? [minutes]\n    : 45", "write one word before"),
    ],
)
def test_a_wrong_organisation_file_is_named_with_its_line(tmp_path: Path, wrong: str, right: str, remedy: str) -> None:
    text = (ROOT / "organisations" / "genk" / "organisation.yaml").read_text("utf-8")
    number = text.split(wrong)[0].count("\n") + 1
    file = tmp_path / "mine" / "genk" / "organisation.yaml"
    file.parent.mkdir(parents=True)
    assert wrong in text
    file.write_text(text.replace(wrong, right, 1), "utf-8")
    said = refused(tmp_path, ["serve", "--set-up"], ORGANISATIONS=str(tmp_path / "mine"))
    assert remedy in said
    at = re.search(r"organisation\.yaml:(\d+): ", said)
    assert at
    assert int(at[1]) == number or right.endswith("[")


def test_a_clock_may_start_elsewhere_and_run_faster() -> None:
    clock = parse_clock("2027-03-24T10:00+01:00x600")
    assert clock.speed == 600
    assert clock.now() >= datetime(2027, 3, 24, 9, 0, tzinfo=UTC)


def test_a_token_belongs_to_the_organisation_in_its_name_and_is_never_shown() -> None:
    named = {"OPSTAP_TELEGRAM_TOKEN_ZUIDOOST_LIMBURG": "1:a", "OPSTAP_TELEGRAM_TOKEN_GENK": "", "PATH": "x"}
    tokens = telegram_tokens(("genk", "zuidoost-limburg"), named)
    assert list(tokens) == ["zuidoost-limburg"]
    assert "1:a" not in repr(tokens)
    with pytest.raises(BadSettings, match="OPSTAP_TELEGRAM_TOKEN_GENK: this is no token"):
        telegram_tokens(("genk",), {"OPSTAP_TELEGRAM_TOKEN_GENK": "1 a"})


def test_two_organisations_have_two_bots() -> None:
    """With one bot for both each would get half of what people say."""
    named = {"OPSTAP_TELEGRAM_TOKEN_GENK": "1:a", "OPSTAP_TELEGRAM_TOKEN_JOBIN": "1:a"}
    with pytest.raises(BadSettings, match=r"OPSTAP_TELEGRAM_TOKEN_JOBIN: genk has this token already\."):
        telegram_tokens(("genk", "jobin"), named)
