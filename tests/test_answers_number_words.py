"""Numbers as people say them: in Dutch the unit first, in French the ten, as in Belgium and as in France."""

from __future__ import annotations

import pytest

from flows.answers.number_words import in_digits, number_words
from flows.answers.spelling import plain
from tests.pure_talk import scenes
from tests.test_change_by_word import at, says

WORDING = scenes()["genk", "web"].wording
SAID = {
    "zesendertig": "36",
    "zes en dertig": "36",
    "tweeëntwintig": "22",
    "drieënnegentig": "93",
    "trente-six": "36",
    "vingt et un": "21",
    "soixante-douze": "72",
    "septante-deux": "72",
    "quatre-vingt-dix-neuf": "99",
    "quatre-vingts": "80",
    "nonante-neuf": "99",
    "ik ben vierendertig jaar": "ik ben 34 jaar",
    "j'ai quarante-cinq ans": "j ai 45 ans",
    "dertig veertig": "30 40",
    "zesendertighonderd": "3600",
    "drieduizend zeshonderd": "3600",
    "drieduizendzeshonderd": "3600",
    "trois mille six cent vingt": "3620",
    "mille": "1000",
    "honderdvijf": "105",
    "driehonderd tweeëndertig": "332",
    "nul vierhonderdzeventig twaalf": "0 470 12",
    "een duizendpoot in het centrum": "1 duizendpoot in het centrum",
}


@pytest.mark.parametrize(("said", "digits"), SAID.items())
def test_a_number_in_words_is_one_in_digits(said: str, digits: str) -> None:
    assert in_digits(plain(said), WORDING) == digits


def test_every_number_to_a_hundred_can_be_said() -> None:
    assert set(number_words(WORDING).values()) == {*range(101), 1000}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nl", "zesendertighonderd"),
        ("nl", "ik woon in drieduizend zeshonderd"),
        ("nl", "drie zes nul nul"),
        ("nl", "Genk, zesendertig nul nul"),
        ("fr", "trente-six cents"),
        ("fr", "trois mille six cents"),
        ("fr", "j'habite à trente-six zéro zéro"),
    ],
)
def test_a_postcode_in_words_is_understood(language: str, said: str) -> None:
    talk = at("place", language)
    says(talk, said)
    assert talk.memory.value("place") == "3600:Genk"


@pytest.mark.parametrize(("said", "place"), [("Trois-Ponts", "4980:Trois-Ponts"), ("3600, nummer twaalf", "3600:Genk")])
def test_a_number_beside_a_place_is_no_postcode(said: str, place: str) -> None:
    talk = at("place", "fr")
    says(talk, said)
    assert talk.memory.value("place") == place


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nl", "nul vier zeven nul, twaalf, vierendertig, zesenvijftig"),
        ("nl", "mijn nummer is nul vierhonderdzeventig twaalf vierendertig zesenvijftig"),
        ("nl", "nul 470 twaalf 34 56"),
        ("fr", "zéro quatre septante, douze, trente-quatre, cinquante-six"),
        ("fr", "zéro quatre cent soixante-dix douze trente quatre cinquante six"),
    ],
)
def test_a_phone_number_in_words_is_understood(language: str, said: str) -> None:
    talk = at("phone", language)
    says(talk, said)
    assert talk.memory.value("phone") == "+32470123456"


AGES = [
    ("nl", "zesendertig", "from_34"),
    ("nl", "ik ben achtentwintig jaar", "from_26"),
    ("nl", "vijfenzestig", "from_55"),
    ("fr", "trente-quatre ans", "from_34"),
    ("fr", "j'ai soixante-deux ans", "from_55"),
    ("fr", "cinquante et un", "from_50"),
]


@pytest.mark.parametrize(("language", "said", "age"), AGES)
def test_an_age_in_words_is_understood(language: str, said: str, age: str) -> None:
    talk = at("age", language)
    says(talk, said)
    assert talk.memory.value("age") == age


@pytest.mark.parametrize("said", ["5000", "4000", "1000", "3600"])
def test_a_postcode_is_no_age(said: str) -> None:
    talk = at("age")
    says(talk, said)
    assert talk.memory.value("age") is None


@pytest.mark.parametrize(
    ("language", "said"), [("nl", "sorry ik ben tweeënvijftig"), ("fr", "en fait j'ai cinquante-deux ans")]
)
def test_an_age_in_words_corrects_one(language: str, said: str) -> None:
    talk = at("duration", language)
    says(talk, said)
    says(talk, {"nl": "ja", "fr": "oui"}[language])
    assert talk.memory.value("age") == "from_50"
