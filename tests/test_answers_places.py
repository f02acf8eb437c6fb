"""Places of Belgium as people write them: postcodes, old names and new, Dutch and French, villages, typos."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from flows.answers import NotUnderstood, Which
from flows.answers.gazetteer import load_gazetteer
from tests.answering import HOSTILE, asked, gazetteer, kind, reader

AREA = {
    "Genk": ("Genk", "3600"),
    "Tongeren": ("Tongeren-Borgloon", "3700"),
    "Borgloon": ("Tongeren-Borgloon", "3840"),
    "Bilzen": ("Bilzen-Hoeselt", "3740 3742 3746"),
    "Hoeselt": ("Bilzen-Hoeselt", "3730 3732"),
    "Riemst": ("Riemst", "3770"),
    "Voeren": ("Voeren", "3790 3791 3792 3793 3798"),
    "Alken": ("Alken", "3570"),
    "Gingelom": ("Gingelom", "3890 3891"),
    "Heers": ("Heers", "3870"),
    "Kortessem": ("Hasselt", "3720 3721 3722 3723 3724"),
    "Hasselt": ("Hasselt", "3500 3501 3510 3511 3512"),
    "Nieuwerkerken": ("Nieuwerkerken", "3850"),
    "Sint-Truiden": ("Sint-Truiden", "3800 3803 3806"),
    "Wellen": ("Wellen", "3830 3831 3832"),
    "Aalst": ("Aalst", "9300 9308 9310 9320"),
    "Denderleeuw": ("Denderleeuw", "9470 9472 9473"),
    "Erpe-Mere": ("Erpe-Mere", "9420"),
    "Haaltert": ("Haaltert", "9450 9451"),
    "Herzele": ("Herzele", "9550 9551 9552"),
    "Lede": ("Lede", "9340"),
    "Ninove": ("Ninove", "9400 9401 9402 9403 9404 9406"),
    "Sint-Lievens-Houtem": ("Sint-Lievens-Houtem", "9520 9521"),
}
CLASHES = {"Nieuwerkerken": ["3850:Nieuwerkerken", "9320:Nieuwerkerken"], "Aalst": ["9300:Aalst", "3800:Aalst"]}


def found(text: str, language: str = "nl") -> list[str]:
    return [place.value for place in gazetteer().find(text, language)]


@pytest.mark.parametrize("name", [name for name in AREA if name not in CLASHES])
def test_a_municipality_of_the_services_is_found_by_its_name(name: str) -> None:
    (place,) = gazetteer().find(name, "nl")
    municipality, postcodes = AREA[name]
    assert place.municipality == municipality
    assert place.postcode in postcodes.split()


@pytest.mark.parametrize("name", AREA)
def test_every_postcode_of_a_municipality_of_the_services_lies_in_it(name: str) -> None:
    municipality, postcodes = AREA[name]
    for postcode in postcodes.split():
        (place,) = gazetteer().find(postcode, "nl")
        assert (place.postcode, place.municipality) == (postcode, municipality)


@pytest.mark.parametrize("name", CLASHES)
def test_two_places_with_one_name_ask_which(name: str) -> None:
    assert sorted(asked(kind("place").read(name, reader()))) == sorted(CLASHES[name])


def test_places_to_choose_from_say_enough_to_tell_them_apart() -> None:
    dutch = kind("place").read("Nieuwerkerken", reader("nl"))
    french = kind("place").read("Nieuwerkerken", reader("fr"))
    assert isinstance(dutch, Which)
    assert isinstance(french, Which)
    assert [option.label for option in dutch.options] == ["Nieuwerkerken (3850)", "Nieuwerkerken (Aalst, 9320)"]
    assert [option.label for option in french.options] == ["Nieuwerkerken (3850)", "Nieuwerkerken (Alost, 9320)"]


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("3600", "3600:Genk"),
        ("B-3600", "3600:Genk"),
        ("٣٦٠٠", "3600:Genk"),
        ("b3600 genk", "3600:Genk"),
        ("genkk", "3600:Genk"),
        ("Ik woon in Genk!", "3600:Genk"),
        ("j'habite à Genk depuis 3 ans", "3600:Genk"),
        ("Waterschei", "3600:Waterschei"),
        ("Alost", "9300:Aalst"),
        ("Tongres", "3700:Tongeren"),
        ("j'habite à Tongres", "3700:Tongeren"),
        ("Looz", "3840:Borgloon"),
        ("3840", "3840:Borgloon"),
        ("sint truien", "3800:Sint-Truiden"),
        ("St-Truiden", "3800:Sint-Truiden"),
        ("St.-Truiden", "3800:Sint-Truiden"),
        ("Saint Trond", "3800:Sint-Truiden"),
        ("fouron le comte", "3798:'s-Gravenvoeren"),
        ("gravenvoeren", "3798:'s-Gravenvoeren"),
        ("Kortessem", "3720:Kortessem"),
        ("Vliermaalroot", "3721:Vliermaalroot"),
        ("9320 Nieuwerkerken", "9320:Nieuwerkerken"),
        ("nieuwerkerken bij aalst", "9320:Nieuwerkerken"),
        ("Aalst bij Sint-Truiden", "3800:Aalst"),
        ("9320 Aalst", "9320:Aalst"),
        ("Erembodegm", "9320:Erembodegem"),
        ("Stationsstraat 5, 9470 Denderleeuw", "9470:Denderleeuw"),
        ("Rue de Namur 5, 4000 Liège", "4000:Luik"),
        ("ik woon in de panne", "8660:De Panne"),
        ("Bruxelles", "1000:Brussel"),
    ],
)
def test_a_place_is_found_however_it_is_written(said: str, place: str) -> None:
    assert found(said, "nl") == found(said, "fr") == [place]


@pytest.mark.parametrize("postcode", ["1040", "1050", "1804"])
def test_a_postcode_of_two_municipalities_asks_which(postcode: str) -> None:
    assert len(found(postcode)) == 2


@pytest.mark.parametrize("name", ["Tongeren-Borgloon", "Tongres-Looz", "Bilzen-Hoeselt"])
def test_a_merged_municipality_asks_which_part_because_services_differ(name: str) -> None:
    assert len(found(name)) == 2


def test_a_postcode_and_a_name_that_contradict_each_other_ask_which() -> None:
    assert found("3600 Hasselt") == ["3600:Genk", "3500:Hasselt"]


@pytest.mark.parametrize("said", ["xyzzy", "0000", "ik heb geen huis", "ergens in Limburg", "🏠", "9999999"])
def test_what_is_no_place_is_not_guessed(said: str) -> None:
    assert isinstance(kind("place").read(said, reader()), NotUnderstood)


def test_a_place_is_shown_in_the_language_of_the_person() -> None:
    place = kind("place")
    assert place.show("3800:Sint-Truiden", reader("fr")) == "3800 Saint-Trond"
    assert place.show("3800:Sint-Truiden", reader("nl")) == "3800 Sint-Truiden"
    assert place.show("9999:Nergens", reader("nl")) == "9999 Nergens"


def test_a_small_word_before_a_long_name_makes_no_other_name_of_it() -> None:
    assert found("ik woon in Court-Saint-Etienne") == ["1490:Court-Saint-Etienne"]
    assert found("in court") == ["1315:Incourt"]


@given(st.data())
def test_every_place_is_found_by_either_name_and_by_its_postcode_with_its_name(data: st.DataObject) -> None:
    place = data.draw(st.sampled_from(sorted(gazetteer().values.values(), key=lambda place: place.value)))
    name = data.draw(st.sampled_from([place.name_nl, place.name_fr]))
    written = data.draw(st.sampled_from([name, name.upper(), name.lower(), name.replace("-", " "), f"in {name}"]))
    assume(name != "Limburg")
    municipalities = {near.municipality for near in gazetteer().find(written, "nl")}
    assert place.municipality in municipalities
    assert f"{place.postcode}:" in " ".join(found(f"{place.postcode} {name}"))


@given(st.data())
def test_a_village_written_with_its_postcode_is_that_village(data: st.DataObject) -> None:
    villages = [place for place in gazetteer().values.values() if place.kind != "municipality"]
    place = data.draw(st.sampled_from(sorted(villages, key=lambda place: place.value)))
    assert found(f"{place.postcode} {place.name_nl}") == [place.value]


@given(st.text())
def test_no_text_whatever_breaks_the_search(text: str) -> None:
    gazetteer().find(text, "fr")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_never_breaks_the_search(text: str) -> None:
    kind("place").read(text, reader())


def test_a_village_in_a_municipality_that_does_not_have_its_postcode_is_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "villages.csv"
    wrong.write_text("name_nl,name_fr,postcode,municipality,kind\nWaterschei,,3500,Genk,village\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"villages\.csv:2: .*Genk.*3500"):
        load_gazetteer(wrong)
