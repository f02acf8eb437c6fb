"""National numbers, cards and bank accounts are recognised however they are written; phones and dates never are."""

from __future__ import annotations

import re
from datetime import date

import phonenumbers
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum import iban, luhn
from stdnum.be import vat

from flows.digits import readable
from flows.forbidden import ACCOUNT, CARD, NATIONAL, forbidden, forbidden_in_words, without_digits
from flows.harmless import phone_spans
from tests.pure_talk import scenes

CARRIERS = (
    "{}",
    "mijn nummer is {}",
    "ik woon in 3600, mijn rijksregisternummer is {} en ik zoek werk",
    "mon numéro: {}. Merci!",
    "({})",
    "ik ben 34 jaar, {}, ok?",
    "j'ai 2 enfants et voici {} pour vous",
    "nr{}",
)
SEPARATORS = (" ", ".", "-", "/", "  ", " - ", "–", " ", "\n", "_", ",")
SCRIPTS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "０１２３４５６７８９", "০১২৩৪৫৬৭৮৯")

carriers = st.sampled_from(CARRIERS)


@st.composite
def spaced(draw: st.DrawFn, digits: str, first: int = 2) -> str:
    """``digits`` with signs between some of them, each of them, or none; in one of several scripts."""
    script = draw(st.sampled_from(SCRIPTS))
    if draw(st.booleans()):
        cuts = set(draw(st.lists(st.integers(first, len(digits) - 1), max_size=6)))
    else:
        cuts = set(range(1, len(digits)))
    sign = draw(st.sampled_from(SEPARATORS))
    written = "".join((sign if place in cuts else "") + digit for place, digit in enumerate(digits))
    return written.translate({ord(digit): script[int(digit)] for digit in "0123456789"})


@st.composite
def national_numbers(draw: st.DrawFn) -> str:
    """Of who was born from 1940 to 2012; also BIS numbers, with the sex known (month + 40) or not (+ 20)."""
    born = draw(st.dates(date(1940, 1, 1), date(2012, 12, 31)))
    month = born.month + draw(st.sampled_from((0, 20, 40)))
    stem = f"{born:%y}{month:02}{born:%d}{draw(st.integers(1, 998)):03}"
    check = 97 - int(("2" if born.year >= 2000 else "") + stem) % 97
    return f"{stem}{check:02}"


@st.composite
def ibans(draw: st.DrawFn) -> str:
    country, bban = draw(
        st.sampled_from(
            (
                ("BE", r"\d{12}"),
                ("NL", r"[A-Z]{4}\d{10}"),
                ("FR", r"\d{10}[A-Z0-9]{11}\d{2}"),
                ("DE", r"\d{18}"),
                ("RO", r"[A-Z]{4}\d{16}"),
            )
        ).flatmap(
            lambda both: st.tuples(st.just(both[0]), st.from_regex(both[1].replace(r"\d", "[0-9]"), fullmatch=True))
        )
    )
    check = iban.calc_check_digits(f"{country}00{bban}")
    assume(country != "BE" or not vat.is_valid(check + bban[:8]))  # that is a company and a postcode too
    return country + check + bban


@st.composite
def cards(draw: st.DrawFn) -> str:
    issuer = draw(st.sampled_from(("4", "51", "55", "2221", "2720", "34", "37", "6011", "5018", "6304", "36")))
    length = draw(st.integers(13, 19))
    body = issuer + draw(st.text("0123456789", min_size=length - 1 - len(issuer), max_size=length - 1 - len(issuer)))
    return body + luhn.calc_check_digit(body)


@given(carriers, national_numbers().flatmap(spaced))
def test_a_valid_national_number_is_caught_in_any_spacing(carrier: str, written: str) -> None:
    assert forbidden(carrier.format(written))


@given(carriers, national_numbers(), st.integers(0, 10), st.integers(1, 9))
def test_so_is_one_with_a_wrong_digit(carrier: str, number: str, place: int, more: int) -> None:
    assume(not number.startswith("00"))  # may then be a phone number of another country
    if place in (0, 1, 2, 3, 4, 5):
        place = 10
    wrong = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    for written in (
        wrong,
        f"{wrong[:2]}.{wrong[2:4]}.{wrong[4:6]}-{wrong[6:9]}.{wrong[9:]}",
        f"{wrong[:6]} {wrong[6:]}",
    ):
        assert forbidden(carrier.format(written))


@given(carriers, ibans(), st.sampled_from(("", " ", "-", ".")), st.booleans(), st.integers(1, 12))
def test_a_bank_account_is_caught_in_any_spacing(carrier: str, number: str, sign: str, small: bool, step: int) -> None:
    written = sign.join(number[at : at + step] for at in range(0, len(number), step))
    assert forbidden(carrier.format(written.lower() if small else written)) == ACCOUNT


@given(carriers, ibans(), st.integers(1, 96))
def test_so_is_one_with_wrong_check_digits(carrier: str, number: str, more: int) -> None:
    check = (int(number[2:4]) - 2 + more) % 97 + 2
    assume(not vat.is_valid(f"{check:02}{number[4:12]}"))
    assert forbidden(carrier.format(f"{number[:2]}{check:02} {number[4:]}")) == ACCOUNT


@given(carriers, cards().flatmap(spaced))
def test_a_card_number_is_caught_in_any_spacing(carrier: str, written: str) -> None:
    assume(not phone_spans(readable(written)))  # "5100 010 00 00 01" is a postcode and a phone number too
    assert forbidden(carrier.format(written))


@st.composite
def phones(draw: st.DrawFn) -> str:
    """Of Belgium: mobile and fixed, with and without the country, in the ways in which people write them."""
    if draw(st.booleans()):
        number = draw(st.sampled_from(("470", "485", "499", "468", "456"))) + draw(
            st.from_regex("[0-9]{6}", fullmatch=True)
        )
        parts = (number[:3], number[3:5], number[5:7], number[7:])
    else:
        area = draw(st.sampled_from(("2", "3", "4", "9", "11", "89", "53", "50", "81", "65")))
        rest = draw(st.from_regex(f"[2-8][0-9]{{{7 - len(area)}}}", fullmatch=True))
        parts = (area, rest[:-4], rest[-4:-2], rest[-2:])
    before = draw(st.sampled_from(("0", "+32", "+32 ", "0032", "0032 ", "+32 (0)")))
    first, second = draw(
        st.sampled_from((("", ""), (" ", " "), ("/", "."), ("/", " "), (" ", ""), ("-", "-"), (".", ".")))
    )
    written = before + parts[0] + first + second.join(parts[1:])
    assume(phonenumbers.is_valid_number(phonenumbers.parse(written, "BE")))
    return written


@given(carriers.filter(lambda carrier: "rijksregister" not in carrier), phones())
def test_a_phone_number_is_never_caught(carrier: str, phone: str) -> None:
    assert forbidden(carrier.format(phone)) is None


@given(phones(), phones())
def test_nor_are_two_of_them(one: str, other: str) -> None:
    assert forbidden(f"{one} of {other}") is None


@given(carriers, st.dates(date(1920, 1, 1), date(2035, 12, 31)), st.data())
def test_a_date_is_never_caught(carrier: str, day: date, data: st.DataObject) -> None:
    year = data.draw(st.sampled_from((f"{day.year}", f"{day:%y}")))
    sign = data.draw(st.sampled_from(("/", "-", ".", " ")))
    assert forbidden(carrier.format(sign.join((str(day.day), str(day.month), year)))) is None
    assert forbidden(carrier.format(f"{day:%d}{sign}{day:%m}{sign}{day.year}")) is None
    assert forbidden(carrier.format(day.isoformat())) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("85.07.30-033.28", NATIONAL),
        ("85073003328", NATIONAL),
        ("(00462000141)", NATIONAL),
        ("85.07.30-033", NATIONAL),
        ("rrn 850730 0332", NATIONAL),
        ("mijn rijksregisternummer is 8507 3003 32", NATIONAL),
        ("85 07 30 en dan 033 28", NATIONAL),
        ("850730 streepje 033 punt 28", NATIONAL),
        ("numéro national : 85-07-30/03328", NATIONAL),
        ("٨٥٠٧٣٠٠٣٣٢٨", NATIONAL),
        ("8\u200b507\u200b3003\u200b328", NATIONAL),
        ("BE68 5390 0754 7034", ACCOUNT),
        ("be68 5390 0754 703", ACCOUNT),
        ("IBAN: BE 68 539007547034.", ACCOUNT),
        ("539-0075470-34", CARD),
        ("592-1234567-89", CARD),
        ("mijn kaart is 591 1917064 58", CARD),
        ("B 1234567 89", CARD),
        ("4111 1111 1111 1111", CARD),
        ("4111111111111112", CARD),
        ("3782 822463 10005", CARD),
        ("85.O7.30-O33.28", NATIONAL),
        ("85o73oo3328", NATIONAL),
        ("BE68 5390 0754 70", ACCOUNT),
        ("be 68539007547O34", ACCOUNT),
        ("BE09674544425702", ACCOUNT),
        ("BE12 832377447307", ACCOUNT),
        ("FR 67 00 00 00 00 00 00 00 00 00 0A O0 0", ACCOUNT),
    ],
)
def test_what_must_not_come_in(text: str, kind: str) -> None:
    assert forbidden(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ja",
        "3600",
        "1001 jobs",
        "1.000.000",
        "ik verdien 1.250,50 tot 2.345,00 euro",
        "van 01/02/2015 tot 03/04/2018",
        "01/02/2015-03/04/2018",
        "geboren 24/03/1990, 101 kg",
        "2012 2015 2016 2018",
        "3500, 3600, 3700, 3800",
        "9 10 11 12 13 14 uur",
        "1 2 3 4 5 6 7 8 9 10",
        "09:00-12:30 13:00-17:00",
        "BE 0403.170.701",
        "BE0403170701 3600 Genk",
        "0470 12 34 567",
        "0470 12 34 56 of 089 12 34 56",
        "5. 0470 12 34 56",
        "+31 6 12345678",
        "+212 612 345 678",
        "ik geef mijn rijksregisternummer niet, bel 0470 12 34 56",
        "mijn rijksregisternummer weet ik niet, ik ben van 12/07/1983",
        "moet ik mijn rijksregisternummer geven?",
        "de 12 maart 2015 en 24 april 2016",
        "nl 20 test 0470123456",
        "jan@voorbeeld.be 0032 470 12 34 56",
        "jan@voorbeeld.be 0470 12 34 56",
        "gsm no 0032470123456",
        "BE 0403.170.701, 089 12 34 56",
        "de bus van 7 of 8 uur",
        "co2 en o2",
    ],
)
def test_what_may_come_in(text: str) -> None:
    assert forbidden(text) is None


def in_words(digits: str, sizes: list[int]) -> str:
    """``digits`` as they are read aloud in Dutch, one or two together, a zero before another digit by itself."""
    said: list[str] = []
    for size in sizes:
        group, digits = digits[:size], digits[size:]
        said += [_in_dutch(part) for part in (group if group.startswith("0") else (group,)) if part]
    return " ".join(said)


def _in_dutch(group: str) -> str:
    names = scenes()["genk", "web"].wording.words["nl"].answers
    if group in names:
        return names[group][0]
    return f"{names[group[1]][0]}en{names[f'{group[0]}0'][0]}"


@given(national_numbers(), st.lists(st.integers(1, 2), min_size=11, max_size=11))
def test_a_national_number_in_words_is_caught(number: str, sizes: list[int]) -> None:
    said = in_words(number, sizes)
    assert forbidden_in_words(said, scenes()["genk", "web"].wording)


@given(phones(), st.lists(st.integers(1, 2), min_size=11, max_size=11))
def test_a_phone_number_in_words_is_not(phone: str, sizes: list[int]) -> None:
    said = in_words("0" + re.sub(r"\D", "", phone).removeprefix("0032").removeprefix("32").lstrip("0"), sizes)
    assert forbidden_in_words(said, scenes()["genk", "web"].wording) is None


@pytest.mark.parametrize(
    "text",
    [
        "nul vier zeven nul twaalf vierendertig zesenvijftig",
        "zesendertig, nul vier zeven nul twaalf vierendertig zesenvijftig",
        "zéro quatre septante douze trente-quatre cinquante-six et trois mille six cents",
        "één twee drie vier vijf zes zeven acht negen tien elf twaalf",
        "un deux trois quatre cinq six sept huit neuf dix onze douze treize",
        "de twaalfde van de derde negentienhonderd vijfentachtig, ik heb drie kinderen van vier, vijf en zes",
        "ik werkte van tweeduizend en tien tot tweeduizend twintig, achtendertig uur in vijf dagen",
    ],
)
def test_what_may_come_in_in_words(text: str) -> None:
    assert forbidden_in_words(text, scenes()["genk", "web"].wording) is None


def test_of_the_text_around_it_no_digit_is_left() -> None:
    assert without_digits("help mij, ٨٥.07.30-033.28 ok").split() == ["help", "mij,", ".", ".", "-", ".", "ok"]
