"""Organisations are read from files, and a wrong file is answered with one line that helps."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from casework.hours.notation import Days, Shift, Span
from casework.house.organisations import BadOrganisation, Organisation, load_organisations

SHIPPED = Path(__file__).parent.parent / "organisations"
GENK = (SHIPPED / "genk" / "organisation.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def organisations() -> dict[str, Organisation]:
    return load_organisations(SHIPPED)


def test_five_organisations_are_shipped(organisations: dict[str, Organisation]) -> None:
    assert set(organisations) == {"genk", "bijzig", "handel", "zuidoost-limburg", "jobin"}


def test_every_shipped_organisation_has_its_texts_in_dutch_and_french(organisations: dict[str, Organisation]) -> None:
    for organisation in organisations.values():
        texts = [organisation.phone_line, organisation.walk_in_line, organisation.data_goes_to]
        texts += [place.directions for place in organisation.places.values()]
        assert all(text["nl"] and text["fr"] for text in texts), organisation.id


def test_two_organisations_never_serve_the_same_postcode(organisations: dict[str, Organisation]) -> None:
    served = [postcode for organisation in organisations.values() for postcode in organisation.area]
    assert len(served) == len(set(served))


def test_one_municipality_can_belong_to_two_services(organisations: dict[str, Organisation]) -> None:
    day = date(2027, 3, 1)
    assert organisations["zuidoost-limburg"].serves("3700", day), "Tongeren"
    assert organisations["bijzig"].serves("3840", day), "Borgloon"
    assert organisations["bijzig"].serves("3850", day), "Nieuwerkerken"
    assert organisations["handel"].serves("9320", day), "Nieuwerkerken near Aalst"
    assert not organisations["jobin"].serves("4700", day), "Eupen"
    assert not organisations["bijzig"].serves("3850", date(2000, 1, 1))


def test_a_postcode_leads_to_the_nearest_place(organisations: dict[str, Organisation]) -> None:
    assert organisations["jobin"].nearest_place("5000", date(2027, 3, 1)) == "namur"
    assert organisations["genk"].nearest_place("3600", date(2027, 3, 1)) is None


def test_the_language_policy_decides_which_languages_are_offered(organisations: dict[str, Organisation]) -> None:
    assert organisations["genk"].languages == ("nl", "fr")
    assert organisations["jobin"].languages == ("fr",)


def test_a_text_falls_back_to_the_first_language(organisations: dict[str, Organisation]) -> None:
    genk = organisations["genk"]
    assert genk.text("data_goes_to", "fr").startswith("Seul")
    assert genk.text("data_goes_to", "en") == genk.text("data_goes_to", "nl")


def test_hours_leave_and_spans_are_read_as_written(organisations: dict[str, Organisation]) -> None:
    mehmet = organisations["genk"].coaches["mehmet"]
    assert {shift.place for shift in mehmet.hours[1]} == {"buurthuis"}
    assert [str(shift.start) for shift in mehmet.hours[0]] == ["09:00:00", "13:00:00"]
    assert mehmet.leave == (Days(date(2027, 4, 5), date(2027, 4, 16)),)
    assert organisations["genk"].reminders[0].before == Span(days=1)
    assert isinstance(organisations["genk"].coaches["luca"].exceptions[date(2027, 3, 30)][0], Shift)


def test_genk_has_five_coaches_who_can_be_booked(organisations: dict[str, Organisation]) -> None:
    assert sum(coach.bookable for coach in organisations["genk"].coaches.values()) == 5


WRONG = {
    "a misspelt word": ("horizon_days", "horizon_dayz", "visits.visit.horizon_dayz", "did you mean 'horizon_days'?"),
    "a word nobody knows": ("flow: intake", "flow: intake\nweather: fine", "weather", "take the line out"),
    "something missing": ("zone: Europe/Brussels\n", "", "'zone' is missing", "add a line 'zone: ...'"),
    "a number that is none": ("minutes: 45", "minutes: often", "'often' is no whole number", "such as 45"),
    "a length off the grain": ("minutes: 45", "minutes: 47", "'47' is no multiple of 5", "use a multiple"),
    "hours that are none": ("tue: [09:00-12:00]", "tue: [mornings]", "'mornings' are no hours", "09:00-12:00"),
    "hours backwards": ("tue: [09:00-12:00]", "tue: [12:00-09:00]", "ends before it begins", "earlier time first"),
    "hours that overlap": ("tue: [09:00-12:00]", "tue: [09:00-12:00, 11:00-13:00]", "overlap", "one after the other"),
    "minutes off the grain": ("tue: [09:00-12:00]", "tue: [09:02-12:00]", "not on 5 minutes", "09:05"),
    "a day of no week": ("  wed: [09:00-12:00]", "  wensday: [09:00-12:00]", "'wensday' is no day", "mon, tue, wed"),
    "a date that is none": ("2027-02-15 to 2027-02-19", "2027-02-30", "'2027-02-30' is no date", "2027-03-28"),
    "leave backwards": ("2027-02-15 to 2027-02-19", "2027-02-19 to 2027-02-15", "ends before", "earlier date"),
    "a closing day of no year": ("07-11,", "31-12,", "'31-12' is no day of the year", "07-11"),
    "a postcode that is none": ("postcodes: [3600]", "postcodes: [genk]", "'genk' is no postcode", "4 digits"),
    "a place nobody has": ("valid_from:", "place: hall\n    valid_from:", "no place 'hall'", "name one of"),
    "a shift at another's place": ("thu: [13:00-19:00]", "thu: [13:00-19:00 at buurthuis]", "no place of an", "add it"),
    "a coach without a language": ("languages: [nl, en]", "languages: []", "a place and a language", "name at least"),
    "a coach id that will not do": ("  an:\n", "  An!:\n", "'An!' is no id", "2 to 16"),
    "a role nobody has": ("roles: [job_broker]", "roles: [king]", "'king' is not known", "'team_lead'"),
    "languages against the policy": ("languages: [nl, fr]\nzone", "languages: [fr, nl]\nzone", "policy", "[nl, fr]"),
    "a nudge in the pause": ("nudge_after: 2 days", "nudge_after: 1 hour", "nudge_after", "longer span"),
    "a pause of no time": ("pause: 12 hours", "pause: 0 hours", "pause", "12 hours"),
    "a policy nobody has": ("nl+fr_support", "de", "language_policy: 'de'", "'nl+fr_support'"),
    "a text that is missing": ("  fr: Seul", "  de: Seul", "data_goes_to: no text in 'fr'", "add a line 'fr: ...'"),
    "news in one language": ("data_goes_to:", "news: {nl: werk}\ndata_goes_to:", "news: no text in 'fr'", "add a line"),
    "a time zone nobody has": ("Europe/Brussels", "Europe/Genk", "no time zone", "Europe/Brussels"),
    "a reminder that is no span": ("2 hours}", "soon}", "'soon' is no span of time", "'2 hours'"),
    "two of a kind": ("day}\n  - {kind: remind_hours", "day}\n  - {kind: remind_day", "twice", "one of each kind"),
    "a reminder useful for ever": ("useful: 2 hours", "useful: always", "'always' is no span of time", "'2 hours'"),
    "a way nobody has": ("ways: [phone, office]", "ways: [phone, pigeon]", "'pigeon' is not known", "'office'"),
    "a way twice": ("ways: [phone, office]", "ways: [phone, phone]", "each way once", "[office, phone]"),
    "a partner nobody has": ("ways: [phone, office]", "ways: [partner]", "no place is there", "partner: true"),
    "notice without end": ("24\n    horizon_days: 28", "999\n    horizon_days: 28", "notice ends", "more horizon_days"),
    "no visit a day": ("most_a_day: 6", "most_a_day: 0", "'0' is less than 1", "1 or more"),
    "a hold of no time": ("hold_minutes: 15", "hold_minutes: 0", "'0' is less than 1", "1 or more"),
    "no message a day": ("messages_a_day: 3", "messages_a_day: 0", "'0' is less than 1", "1 or more"),
    "a bridge of air": ("bridge_days: true", "bridge_days: maybe", "'maybe' is neither yes nor no", "true or false"),
    "a fallback nobody knows": ("bridge_days: true", "fallback: [luck]", "'luck' is not known", "'interpreter'"),
    "fallbacks twice": ("bridge_days: true", "fallback: [interpreter, interpreter]", "there twice", "each once"),
    "a house of hours elsewhere": ("wed: [09:00-12:00]", "wed: [09:00-12:00 at buurthuis]", "at no other", "take 'at"),
    "a link that is none": ("roles: [coach, team_lead]", "video_link: www.video.be", "no address of a page", "https://"),
    "an id of another folder": ("id: genk", "id: gent", "'gent' is not the folder's name", "write 'genk'"),
    "an id for no address": ("id: genk", "id: Stad Genk", "'Stad Genk' is no id", "use 2 to 16"),
    "one key twice": ("flow: intake", "flow: intake\nflow: intake", "flow: stands there twice", "keep one"),
    "texts of no language": ("title: {nl: \"Is dit de", "title: VDAB  # ", "has no lines", "write lines"),
    "days by another word": ("2026-12-24 to 2027", "2026-12-24 tot 2027", "is no date", "2027-03-28 to 2027-04-02"),
    "an answer filled in by nothing": ("Nee. Wij", "Nee {coach}. Wij", "'{coach}' is filled in", "one of {who_sees}"),
    "a name filled in by nothing": ("Is dit de VDAB?", "Is dit {wie}?", "'{wie}' is filled in", "take it out"),
    "a line filled in by nothing": ("Bel aan bij", "{welkom} bij", "'{welkom}' is filled in", "take it out"),
    "no YAML at all": ("areas:", "areas: [", "above is not closed", "Close every"),
    "a text where a list belongs": ("places: [werkstation]\n", "places: werkstation\n", "is no list", "write a list"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_file_is_answered_with_one_line_naming_place_and_remedy(case: str, tmp_path: Path) -> None:
    right, wrong, problem, remedy = WRONG[case]
    assert right in GENK
    (tmp_path / "genk").mkdir()
    file = tmp_path / "genk" / "organisation.yaml"
    file.write_text(GENK.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(BadOrganisation) as caught:
        load_organisations(tmp_path)
    line = str(caught.value)
    assert re.match(rf"{re.escape(str(file))}:[1-9]\d*: ", line)
    assert "\n" not in line
    assert problem in caught.value.problem
    assert remedy in caught.value.remedy


@pytest.mark.parametrize(("part", "problem"), [("visits", "no kind of visit"), ("opening_hours", "never open")])
def test_a_house_without_visits_or_hours_is_refused(part: str, problem: str, tmp_path: Path) -> None:
    (tmp_path / "genk").mkdir()
    without = re.sub(rf"^{part}:.*\n(?:  .*\n)+", f"{part}: {{}}\n", GENK, flags=re.MULTILINE)
    (tmp_path / "genk" / "organisation.yaml").write_text(without, encoding="utf-8")
    with pytest.raises(BadOrganisation, match=problem):
        load_organisations(tmp_path)


def test_each_kind_of_visit_has_its_own_rules(organisations: dict[str, Organisation]) -> None:
    genk = organisations["genk"]
    assert genk.visit is genk.visits["visit"]
    assert genk.visit_of("follow-up").ways == ("phone", "office")
    assert genk.visit_of("one of long ago") is genk.visit
    assert [reminder.kind for reminder in genk.reminders_of("visit")] == ["remind_day", "remind_hours"]
    assert [reminder.useful for reminder in genk.reminders_of("follow-up")] == [Span(hours=2)]


def test_the_line_named_is_the_line_that_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "genk").mkdir()
    wrong = GENK.replace("minutes: 45", "minutes: often")
    (tmp_path / "genk" / "organisation.yaml").write_text(wrong, encoding="utf-8")
    with pytest.raises(BadOrganisation) as caught:
        load_organisations(tmp_path)
    assert wrong.splitlines()[caught.value.line - 1].strip() == "minutes: often"


def test_an_organisation_whose_file_has_another_name_is_not_passed_over(tmp_path: Path) -> None:
    shutil.copytree(Path("organisations/genk"), tmp_path / "genk")
    (tmp_path / "hasselt").mkdir()
    (tmp_path / "hasselt" / "organisaton.yaml").write_text("flow: intake\n", encoding="utf-8")
    with pytest.raises(BadOrganisation, match=r"hasselt: no organisation\.yaml can be read here"):
        load_organisations(tmp_path)


def test_a_folder_without_organisations_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadOrganisation, match="no organisation stands in this folder"):
        load_organisations(tmp_path)
