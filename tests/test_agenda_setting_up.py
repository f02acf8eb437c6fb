"""An appointment system elsewhere in an organisation's file and in the environment: mistakes are named at the start."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from bot.agenda_errands import open_ports
from bot.agenda_network import Outside
from bot.settings import BadSettings
from casework.agendas.agenda_times import busy_around, open_agenda, port_calendar
from casework.house.organisation import Organisation, OutsideAgenda
from casework.house.organisation_checks import complaints
from storage.ledger import Ledger
from storage.vault import Vault
from tests.casework_house import coach, house
from tests.test_agenda_port import NOW

DESK = OutsideAgenda("https://agenda.example/opstap", "visit", "desk")


def town(agenda: OutsideAgenda | None = DESK) -> Organisation:
    return house(coach("an"), coach("desk"), agenda=agenda)


def opened(organisation: Organisation, **environment: str) -> set[str]:
    return set(open_ports({organisation.id: organisation}, Outside(), environment))


def test_one_with_a_token_is_opened_and_without_an_agenda_nothing_is() -> None:
    assert opened(town(), OPSTAP_AGENDA_TOKEN_DEMO="t") == {"demo"}
    assert opened(town(None)) == set()


@pytest.mark.parametrize(
    ("agenda", "environment", "why"),
    [
        (DESK, {}, "OPSTAP_AGENDA_TOKEN_DEMO: set the token"),
        (None, {"OPSTAP_AGENDA_TOKEN_DEMO": "t"}, "no organisation demo has `agenda:`"),
        (DESK, {"OPSTAP_AGENDA_TOKEN_DEMO": "t", "OPSTAP_AGENDA_TOKEN_X": "t"}, "no organisation x has `agenda:`"),
    ],
)
def test_a_token_too_few_or_too_many_is_named(
    agenda: OutsideAgenda | None, environment: dict[str, str], why: str
) -> None:
    with pytest.raises(BadSettings, match=why):
        opened(town(agenda), **environment)


def test_the_desk_is_somebody_who_takes_visits() -> None:
    def wrong(organisation: Organisation) -> list[tuple[str, ...]]:
        return [path for path, *_ in complaints(organisation, "demo") if path[0] == "agenda"]

    assert wrong(town()) == []
    assert wrong(town(OutsideAgenda(DESK.address, "visit", "nobody"))) == [("agenda", "coach")]
    front = house(coach("an"), coach("desk", roles=("front_desk",)), agenda=DESK)
    assert wrong(front) == [("agenda", "coach")]


@pytest.mark.parametrize("address", ["http://agenda.example", "agenda.example", "ftp://x/y", "https://x/?secret=1", ""])
def test_its_address_is_one_of_https(address: str) -> None:
    with pytest.raises(ValidationError):
        OutsideAgenda(address, "visit", "desk")


async def test_it_is_opened_once_and_nothing_is_free_there_before_it_was_heard(ledger: Ledger) -> None:
    vault, demo = Vault(["s" * 40]), town()
    for _ in range(2):
        await ledger.write(lambda session: open_agenda(session, vault, demo, NOW))
    calendar = await ledger.read(lambda session: port_calendar(session, demo))
    assert calendar
    assert (calendar.kind, calendar.coach, calendar.fetched_at) == ("port", "desk", None)


def test_nothing_free_is_all_taken() -> None:
    end = NOW.replace(day=30)
    assert busy_around((), town().visit, NOW, end) == [(NOW, end)]
