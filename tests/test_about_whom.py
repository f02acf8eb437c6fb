"""Whose data it is: a minor's, somebody else's, a borrowed phone's."""

from __future__ import annotations

import pytest
from sqlmodel import Session, select

from bot.opening import LOCALES
from flows.care_words import load_care
from flows.heard import Said
from flows.log import Answered
from flows.patterns import sentences
from storage.ledger import Ledger
from storage.tables import Appointment, Case, Consent, Notice, Person
from storage.verify import verify
from tests.databases import BOTH
from tests.kept import everything
from tests.stage import Actor, Stage, open_stage
from tests.test_distress import begun, kept
from tests.test_erasing import booked

PATTERNS = load_care(LOCALES).about_whom
CANARY = "kanarieneef"

SOMEBODY_ELSE = [
    "het is voor mijn neef, hij is 16",
    "tis voor mn broer",
    "dat is voor een vriend",
    "ik vul in voor mijn buurvrouw",
    "ik vul dit in voor mijn man",
    "kvul da in voor mijn zus",
    "ik doe dit voor mijn vader",
    "mijn broer zoekt werk",
    "ik zoek werk voor mijn zoon",
    "c'est pour ma sœur",
    "cest pour mon cousin il a 16 ans",
    "c'est pas pour moi",
    "je remplis pour ma voisine",
    "jremplis pour mon frère",
    "je fais ça pour ma mère",
    "mon mari cherche du travail",
    "je cherche un emploi pour mon fils",
    "it's for my brother",
    "het is mijn neef, hij is 16",
    "mijn neef van 16 zoekt een job",
    "het gaat over mijn neef",
    "ik vraag voor mijn neef hij is 16",
    "tis vr men neef",
    "hij is 16 en zoekt werk",
    "ik zoek een vakantiejob voor mijn zoon van 16",
    "mijn dochter wil een studentenjob",
    "namens mijn broer",
    "zij spreekt geen nederlands, ik schrijf voor haar",
    "voor mijn neef",
    "niet voor mij maar voor mijn broer",
    "ik ben zijn moeder, hij is 16",
    "ik ben begeleider en vul dit in voor een cliënt",
    "c'est mon cousin, il a 16 ans",
    "mon fils de 17 ans cherche un job",
    "il s'agit de mon frère",
    "ça concerne ma fille",
    "pour mon fils",
    "je suis sa mère, elle a 16 ans",
    "j'écris pour ma mère, elle parle pas français",
    "je vous écris pour mon voisin",
    "mon neveu veut travailler",
    "pas pour moi, pour mon frère",
    "it's my cousin, he is 16",
    "this is about my brother",
]
SHARED_PHONE = [
    "dit is niet mijn gsm",
    "das niet mijn telefoon",
    "iemand anders gebruikt deze gsm",
    "ik leen deze gsm",
    "c'est pas mon téléphone",
    "ce n'est pas mon gsm",
    "c'est le téléphone de mon frère",
    "je partage ce téléphone",
    "it's not my phone",
    "ik zit op de gsm van mijn broer",
    "ik zit op een computer in de bib",
    "j'utilise le gsm de mon frère",
    "c'est un ordinateur public",
]
AGES = [
    ("ik ben 12", 12),
    ("kben 15", 15),
    ("hallo ik ben 16 jaar", 16),
    ("ik ben 17 jaar oud", 17),
    ("ik ben maar 14", 14),
    ("ik ben 16 en ik zoek een studentenjob", 16),
    ("sorry, ik ben 15.", 15),
    ("omdat ik 15 jaar ben", 15),
    ("j'ai 15 ans", 15),
    ("jai 12 an", 12),
    ("j'ai seulement 16 ans et je cherche un job", 16),
    ("bonjour, j'ai 17 ans", 17),
    ("I'm 15", 15),
    ("ben 16", 16),
    ("ik ben zestien", 16),
    ("ik ben 16j", 16),
    ("ik ben net 16 geworden", 16),
    ("ik ben 16 maar ik wil werken", 16),
    ("ik heb gelogen ik ben 16", 16),
    ("j'ai seize ans", 16),
    ("jai 16ans", 16),
    ("je viens d'avoir 16 ans", 16),
    ("I am sixteen", 16),
]
NOTHING = [
    "ik zorg voor mijn moeder",
    "ik zoek opvang voor mijn kinderen",
    "mijn dochter is 3 jaar",
    "ik heb vervoer nodig voor mijn werk",
    "ik ben 12 jaar werkloos",
    "ik ben 15 jaar in België",
    "ik ben 16 uur per week beschikbaar",
    "ik ben 3 maanden zwanger",
    "ik heb geen gsm",
    "mijn gsm is kapot",
    "ik wil iets doen voor mensen",
    "je m'occupe de ma mère",
    "j'ai 15 ans d'expérience",
    "j'ai 3 enfants",
    "depuis que j'ai 15 ans",
    "ma fille a 12 ans",
    "je cherche une crèche pour mon fils",
    "je n'ai pas de téléphone",
    "c'est pour le travail",
    "ik zorg voor mijn vader, hij is 80",
    "c'est mon mari qui travaille",
    "mijn zus helpt mij",
    "mijn broer wil mij helpen met werk",
    "mijn zoon wil dat ik werk zoek",
    "ik ben hier 16 jaar",
    "mon fils veut que je cherche du travail",
    "het is voor mijn kinderen",
    "sinds ik 16 ben",
    "ik werk al van mijn 16 jaar",
    "ik ben geen 18 meer",
    "ik ben niet minderjarig",
    "ik werk met minderjarigen",
    "je ne suis plus mineur",
    "c'est le gsm de mon travail",
    "ik vul rekken in de winkel voor mijn tante",
]


NOT_YET_18 = [
    "ik ben minderjarig",
    "ik ben nog geen 18",
    "ik ben bijna 18",
    "ik word volgende maand 18",
    "als ik 18 ben wil ik werken",
    "je suis mineure",
    "j'ai pas encore 18 ans",
    "j'ai dix-sept ans",
]


@pytest.fixture
async def ledger(one_ledger: Ledger) -> Ledger:
    return one_ledger


def heard(text: str) -> tuple[str, int] | None:
    for patterns in PATTERNS.values():
        found = patterns.find(sentences(text))
        if found:
            return found[0], next((int(number) for number in found[1].groups() if number), 0)
    return None


@pytest.mark.parametrize("text", SOMEBODY_ELSE)
def test_who_speaks_for_somebody_else_is_understood(text: str) -> None:
    assert heard(text) == ("somebody_else", 0)


@pytest.mark.parametrize("text", SHARED_PHONE)
def test_a_phone_that_is_not_theirs_is_understood(text: str) -> None:
    assert heard(text) == ("shared_phone", 0)


@pytest.mark.parametrize(("text", "years"), AGES)
def test_an_age_is_understood(text: str, years: int) -> None:
    assert heard(text) == ("my_age", years)


@pytest.mark.parametrize("text", NOT_YET_18)
def test_who_is_not_yet_18_is_understood(text: str) -> None:
    assert heard(text) == ("under_age", 0)


@pytest.mark.parametrize("text", NOTHING)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert heard(text) is None


@BOTH
async def test_nothing_is_kept_of_somebody_else(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        actor = await begun(stage, "[Ik zoek werk]", "[34 tot 49 jaar]")
        for words in (f"het is voor mijn neef {CANARY}, hij is 16", f"ik vul in voor mijn buurvrouw {CANARY}"):
            await actor.says(words)
            assert "/chat/genk" in actor.fresh[-1].text
            assert "langskomen" in actor.fresh[-1].text
            await actor.says("het gaat over mij")
            assert actor.fresh[-1].question == "name"
        await actor.says(f"dit is niet mijn gsm maar van {CANARY}")
        assert "wis alles" in actor.fresh[-1].text
        assert CANARY not in await kept(stage)
        answered = {entry.question for entry in await actor.log() if isinstance(entry, Answered)}
        assert answered == {"language", "privacy", "path", "age"}


@pytest.mark.parametrize(
    ("door", "words"),
    [
        ("Ik zoek een helper", "ik zoek hulp voor mijn moeder"),
        ("Ik heb een bedrijf", "mijn broer zoekt hulp in de zaak"),
    ],
)
async def test_who_comes_for_others_by_nature_may_speak_of_them(ledger: Ledger, door: str, words: str) -> None:
    async with open_stage(ledger) as stage:
        actor = await begun(stage, f"[{door}]", channel="web", organisation="bijzig")
        await actor.says(words)
        assert actor.fresh[-1].question is not None


async def test_who_begins_anew_begins_at_the_beginning(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        actor = await begun(stage, "[Snel een mens]")
        await actor.says("het is voor mijn neef")
        await actor.taps("Opnieuw beginnen")
        await actor.taps("Ja, wis alles")
        assert await actor.log() == ()


async def test_in_the_web_chat_the_way_to_close_it_is_told(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        actor = await begun(stage, channel="web")
        await actor.says("dit is niet mijn gsm")
        assert "Vergeet mij op dit toestel" in actor.fresh[-1].text


@BOTH
async def test_an_adults_answers_are_erased_and_the_case_is_taken_back(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        actor = await booked(stage)
        await actor.says("ik ben 16")
        assert "Ben je jonger dan 18?" in actor.fresh[-1].text
        await actor.taps("Ja")
        answers = {entry.question: entry.value for entry in await actor.log() if isinstance(entry, Answered)}
        assert answers == {
            "language": "nl",
            "privacy": "yes",
            "path": "quick",
            "age": "under_18",
            "young_age": "from_13",
        }
        assert actor.fresh[-1].question == "young_call"
        assert await taken_back(stage) == (["revoked"], ["cancelled"], ["yes", "yes"])
        assert "3600:Genk" not in await kept_of_the_living(stage)
        assert await ledger.read(verify) == []


async def taken_back(stage: Stage) -> tuple[list[str], list[str], list[str]]:
    def states(session: Session) -> tuple[list[str], list[str], list[str]]:
        cases, visits = session.exec(select(Case.state)).all(), session.exec(select(Appointment.state)).all()
        granted = session.exec(select(Consent.granted)).all()
        return list(cases), list(visits), ["yes" if each else "no" for each in granted]

    return await stage.house.ledger.read(states)


async def kept_of_the_living(stage: Stage) -> str:
    """What was sealed for who was erased opens no more, and is empty; the rest is read."""
    texts = await stage.house.ledger.read(lambda session: everything(session, stage.house.vault))
    return "\n".join(texts)


async def test_a_minor_who_does_not_say_how_old_is_a_minor_too(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        actor = await booked(stage)
        await actor.says(f"ik ben {CANARY}, ik ben nog geen 18")
        assert "Ben je jonger dan 18?" in actor.fresh[-1].text
        await actor.says("ja")
        assert actor.fresh[-1].question == "young_call"
        assert await taken_back(stage) == (["revoked"], ["cancelled"], ["yes", "yes"])
        assert CANARY not in await kept_of_the_living(stage)


async def test_who_says_no_keeps_everything(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        actor = await booked(stage)
        before = [entry for entry in await actor.log() if isinstance(entry, Answered)]
        await actor.says("ik ben 16")
        await actor.says("nee")
        assert [entry for entry in await actor.log() if isinstance(entry, Answered)] == before


async def test_changing_the_age_to_under_eighteen_erases_too(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        actor = await begun(stage, "[Snel een mens]", "[34 tot 49 jaar]", "3600")
        await actor.tap("age", "=under_18")
        assert actor.fresh[-1].question == "young_age"
        assert "3600" not in {entry.value for entry in await actor.log() if isinstance(entry, Answered)}


@pytest.mark.parametrize("words", ["ik ben 12", "12"])
async def test_a_child_hears_one_kind_word_and_everything_is_erased(ledger: Ledger, words: str) -> None:
    async with open_stage(ledger) as stage:
        actor = await begun(stage, "[Snel een mens]")
        await actor.says(words)
        assert "102" in actor.fresh[-1].text
        assert await actor.log() == ()
        gone = await stage.house.ledger.read(lambda session: session.exec(select(Person.wrapped_key)).all())
        assert b"" in gone


async def test_the_button_for_children_erases_everything(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        actor = await begun(stage, "[Snel een mens]", "[Jonger dan 18]")
        await actor.taps("Jonger dan 13")
        assert await actor.log() == ()


async def test_of_a_minor_only_the_wish_to_be_called_reaches_staff(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        actor = await begun(stage, "[Snel een mens]", "16", "ja", "0470 12 34 56")
        assert await notices_of_cases(stage) == 1
        await actor.says(f"ik heet {CANARY}")
        assert CANARY not in await kept(stage)


async def test_a_minor_who_wants_no_call_reaches_nobody(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        await begun(stage, "[Snel een mens]", "16", "nee")
        assert await notices_of_cases(stage) == 0


async def notices_of_cases(stage: Stage) -> int:
    cases = select(Notice).where(Notice.kind == "new_case")
    return len(await stage.house.ledger.read(lambda session: session.exec(cases).all()))


@pytest.mark.parametrize("words", ["bijna 18", "nog geen 18", "presque 18 ans", "16j", "minderjarig"])
async def test_not_yet_18_is_under_18_where_the_age_is_asked(ledger: Ledger, words: str) -> None:
    async with open_stage(ledger) as stage:
        actor = await begun(stage, "[Snel een mens]", words)
        assert actor.fresh[-1].question == "young_age"


async def test_an_age_said_before_anything_else_is_remembered(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        actor: Actor = stage.actor()
        await actor.starts("nl")
        await actor.says("ik ben 15")
        assert actor.fresh[-1].question == "privacy"
        await actor.says("ja")
        assert actor.fresh[-1].question == "young_call"


@BOTH
async def test_the_same_update_twice_erases_once(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        actor = await begun(stage, "[Snel een mens]")
        update = actor.incoming(Said("ik ben 12"), "ik ben 12")
        await stage.converse.take(update)
        assert (await stage.converse.take(update)).duplicate
