"""What holds of every conversation over the flow we ship, whatever somebody says, taps or sends."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.entries import from_row, to_json
from bot.opening import CHANNELS, read_wording
from bot.scenes import make_scenes
from casework.organisations import load_organisations
from flows.answers.choices import SeveralChoices
from flows.answers.slot import SlotAnswer
from flows.effects import AnswerVisit, BookSlot, EraseEverything, FindSlots, HandOver
from flows.hear import ROUNDS, hear
from flows.heard import (
    COMMAND,
    Accomplished,
    CannotRead,
    ContactShared,
    Erased,
    Heard,
    Outcome,
    Said,
    Slot,
    SlotGone,
    SlotsFound,
    Started,
    Tap,
    Tapped,
)
from flows.log import Answered, Entry, Memory, Value, remember
from flows.messages import Bubble
from flows.render import render
from flows.script import Ask, Say
from flows.talk import Setting
from flows.walk import walk
from tests.stage import ROOT, WEDNESDAY

BRUSSELS = ZoneInfo("Europe/Brussels")
SLOTS = tuple(
    Slot(f"{at:%Y%m%dT%H%M}-an", at.astimezone(BRUSSELS), 45, "an", "werkstation")
    for at in (WEDNESDAY + timedelta(days=day) for day in range(2, 8))
)
SECOND = timedelta(seconds=1)


@cache
def scenes() -> dict[tuple[str, str], Setting]:
    folder = ROOT / "organisations"
    return dict(make_scenes(load_organisations(folder), folder, CHANNELS, read_wording()).settings)


@dataclass
class Talk:
    """A conversation with desks that always say yes, except that the first ``gone`` times are just taken."""

    setting: Setting
    gone: int = 0
    log: list[Entry] = field(default_factory=list)
    screen: list[Bubble] = field(default_factory=list)
    memory: Memory = field(default_factory=Memory)
    rounds: int = 0
    booked: int = 0
    erased: bool = False
    now = WEDNESDAY

    def hears(self, heard: Heard) -> None:
        self.now += SECOND
        waiting: list[Heard] = [heard]
        self.rounds = 0
        while waiting:
            self.rounds += 1
            assert self.rounds <= ROUNDS, "orders lead to each other without an end"
            turn = hear(self.setting, self.memory, waiting.pop(0), self.now)
            self.log += turn.entries
            language = self.memory.language or self.setting.languages[0]
            self.screen += [render(saying, self.setting, language) for saying in turn.says]
            waiting += [outcome for effect in turn.effects if (outcome := self.outcome(effect))]

    def outcome(self, effect: object) -> Outcome | None:
        match effect:
            case FindSlots(question):
                return SlotsFound(question, SLOTS, more=True)
            case BookSlot() if self.gone:
                self.gone -= 1
                return SlotGone(effect.question, SLOTS[2:])
            case BookSlot(step, _, slot):
                self.booked += 1
                return Accomplished(step, self.visit("booked", slot))
            case AnswerVisit(step, wish):
                state = {"come": "confirmed", "move": "moving", "cancel": "cancelled"}[wish]
                return Accomplished(
                    step, {**self.visit(state, SLOTS[0].value)} if state != "cancelled" else {"state": state}
                )
            case HandOver(step, _, _, _, case):
                return Accomplished(step, {"state": "handed_over", "case": case or "case1"})
            case EraseEverything():
                self.erased = True
                return Erased()
            case _:
                return None

    def visit(self, state: str, slot: str) -> dict[str, str]:
        start = next((each.start for each in SLOTS if each.value == slot), SLOTS[0].start)
        place = {"coach": "An", "place": "werkstation", "start": start.isoformat()}
        return {"state": state, "appointment": f"v{self.booked}", "version": str(self.booked), **place}

    @property
    def open(self) -> Ask | None:
        found = walk(self.setting.flow, self.memory, self.setting.facts).open
        return found if isinstance(found, Ask) else None

    @property
    def result(self) -> dict[str, Value]:
        return walk(self.setting.flow, self.memory, self.setting.facts).result


TYPED = ["ja", "nee", "terug", "waarom", "overslaan", "wijzig", "frans", "nederlands", "help", "opnieuw", "stop"]
TYPED += ["1", "2 en 3", "3600", "Genk", "Fatma", "0470 12 34 56", "a@b.be", "oui", "non", "retour", "weet ik niet"]
TYPED += [
    "een mens",
    "verplaats mijn afspraak",
    "annuleer mijn afspraak",
    "dat klopt",
    "vrijdag",
    "/start",
    "🙂",
    "\x00",
    " ",
]
COMMANDS = ["back", "skip", "why", "change", "change:2", "change:99", "person", "repeat", "language", "language:fr"]
COMMANDS += ["hello", "summary", "restart", "restart:yes"]
COMMANDS += ["language:nl", "stop", "continue", "move", "cancel", "help", "privacy", "done", "nonsense"]
ODD = st.one_of(
    st.sampled_from(TYPED).map(Said),
    st.text(max_size=60).map(Said),
    st.sampled_from(["voice", "photo", "sticker", "file", "location", "other"]).map(CannotRead),
    st.just(ContactShared("+32470123456")),
    st.just(Started()),
)
REPLIES = st.tuples(st.integers(0, 9), st.integers(0, 40), st.sampled_from(COMMANDS), ODD)
"""What to do next, which of the buttons there are, which command, and something odd to say."""


def reply(talk: Talk, choice: tuple[int, int, str, Heard]) -> Heard:
    """Mostly an answer with a button that is there; sometimes an old one, a command or something odd."""
    what, which, command, odd = choice
    newest = talk.screen[-1].buttons if talk.screen else ()
    shown = [button for bubble in talk.screen for button in (*bubble.buttons, *bubble.tools)]
    if what <= 5 and newest:
        return Tapped(newest[which % len(newest)].tap)
    if what == 6 and shown:
        return Tapped(shown[which % len(shown)].tap)
    if what == 7:
        return Tapped(Tap(COMMAND, command))
    if what == 8:
        asks = list(talk.setting.flow.asks)
        return Tapped(Tap(asks[which % len(asks)], ("~", "=", "+x", ">2", ">x", "yes", "=yes", "")[which % 8]))
    return odd


MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PLACES = st.sampled_from([("genk", "web"), ("genk", "telegram"), ("jobin", "web"), ("handel", "telegram")])
LANGUAGES = st.sampled_from(["nl", "fr"])


@MANY
@given(place=PLACES, gone=st.integers(0, 3), choices=st.lists(REPLIES, max_size=45))
def test_whatever_is_said_the_conversation_goes_on_and_replay_is_the_same_place(
    place: tuple[str, str], gone: int, choices: list[tuple[int, int, str, Heard]]
) -> None:
    talk = Talk(scenes()[place], gone)
    talk.hears(Started())
    for choice in choices:
        before = len(talk.screen)
        heard = reply(talk, choice)
        talk.hears(heard)
        if talk.erased:
            return
        again = remember(kept(entry) for entry in talk.log)
        assert again == talk.memory
        flow, facts = talk.setting.flow, talk.setting.facts
        assert walk(flow, again, facts) == walk(flow, talk.memory, facts)
        assert len(talk.screen) > before or isinstance(heard, Tapped), heard


def kept(entry: Entry) -> Entry:
    """The entry as it comes back from the database."""
    return from_row(type(entry).__name__.lower(), getattr(entry, "question", None), entry.at, to_json(entry))


def answered_up_to(talk: Talk, language: str, picks: list[int]) -> list[str]:
    """Answer question after question; the ids, in order."""
    talk.hears(Started())
    talk.hears(Tapped(Tap("language", language)))
    asked: list[str] = []
    for pick in picks:
        question = talk.open
        if question is None:
            break
        asked.append(question.id)
        talk.hears(plain_answer(talk, question, pick))
    return asked


def plain_answer(talk: Talk, question: Ask, pick: int) -> Heard:
    options = question.kind.options
    if question.id == "privacy":
        return Tapped(Tap("privacy", "yes"))
    if question.id == "recap":
        return Tapped(Tap("recap", "ok"))
    if isinstance(question.kind, SlotAnswer):
        return Tapped(Tap(question.id, SLOTS[pick % len(SLOTS)].value))
    if isinstance(question.kind, SeveralChoices):
        alone = [option for option in options if option.alone]
        if alone and pick % 5 == 0:
            return Tapped(Tap(question.id, alone[0].id))
        talk.hears(Tapped(Tap(question.id, f"+{options[pick % len(options)].id}")))
        return Tapped(Tap(question.id, "="))
    if options:
        return Tapped(Tap(question.id, options[pick % len(options)].id))
    typed = {"place": ("3600", "1000", "3800"), "phone": ("0470 12 34 56",), "email": ("a@example.be",)}
    words = typed.get(question.kind.expects, ("Fatma", "Ik zoek hulp"))
    return Said(words[pick % len(words)])


PICKS = st.lists(st.integers(0, 30), min_size=4, max_size=45)


@FEW
@given(place=PLACES, language=LANGUAGES, picks=PICKS)
def test_back_and_the_same_answer_again_changes_nothing(
    place: tuple[str, str], language: str, picks: list[int]
) -> None:
    talk = Talk(scenes()[place])
    asked = answered_up_to(talk, language, picks)
    before, open_before, booked = talk.result, talk.open, talk.booked
    behind = walk(talk.setting.flow, talk.memory, talk.setting.facts).behind
    assume(asked and len(behind) > 1)
    talk.hears(Tapped(Tap(COMMAND, "back")))
    reopened = talk.open
    assert reopened is behind[-1]
    value = talk.memory.value(reopened.id)
    talk.hears(Tapped(Tap(COMMAND, "skip")) if value is None else same(reopened, value))
    assert talk.result == before
    assert talk.open is open_before
    assert talk.booked == booked


def same(question: Ask, value: Value) -> Heard:
    """The standing answer once more, as somebody would give it."""
    if isinstance(question.kind, SeveralChoices | SlotAnswer):
        return Tapped(Tap(question.id, "="))
    return Tapped(Tap(question.id, str(value))) if question.kind.options else Said(str(value).partition(":")[0])


@FEW
@given(place=PLACES, language=LANGUAGES, picks=PICKS, which=st.integers(0, 60), other=st.integers(0, 30))
def test_an_answer_changed_and_changed_back_restores_the_result(
    place: tuple[str, str], language: str, picks: list[int], which: int, other: int
) -> None:
    talk = Talk(scenes()[place])
    answered_up_to(talk, language, picks)
    before = talk.result
    choosable = [name for name, value in before.items() if isinstance(value, str) and _one_of(talk, name, value)]
    assume(choosable)
    name = choosable[which % len(choosable)]
    options = [option.id for option in talk.setting.flow.asks[name].kind.options if option.id != before[name]]
    assume(options)
    for value in (options[other % len(options)], str(before[name])):
        talk.hears(Tapped(Tap(name, "~")))
        assume(talk.open is talk.setting.flow.asks[name])
        talk.hears(Tapped(Tap(name, value)))
    assert talk.result == before


def _one_of(talk: Talk, name: str, value: str) -> bool:
    question = talk.setting.flow.asks[name]
    fixed = ("language", "recap", "privacy")
    return name not in fixed and value in {option.id for option in question.kind.options}


@FEW
@given(place=PLACES, language=LANGUAGES, picks=st.lists(st.integers(0, 30), min_size=60, max_size=60))
def test_who_answers_every_question_comes_to_an_end(place: tuple[str, str], language: str, picks: list[int]) -> None:
    talk = Talk(scenes()[place])
    asked = answered_up_to(talk, language, picks)
    assert talk.open is None
    assert len(asked) == len(set(asked))
    assert isinstance([entry for entry in talk.log if isinstance(entry, Answered)][-1].value, str | tuple)
    assert talk.memory.done.keys() >= {"case"} or talk.result.get("young_call") == "no"


@FEW
@given(place=PLACES, language=LANGUAGES, choices=st.lists(REPLIES, max_size=30))
def test_nothing_english_is_said_to_who_speaks_another_language(
    place: tuple[str, str], language: str, choices: list[tuple[int, int, str, Heard]]
) -> None:
    talk = Talk(scenes()[place])
    talk.hears(Started())
    talk.hears(Tapped(Tap("language", language)))
    for choice in choices:
        talk.hears(reply(talk, choice))
        if talk.erased:
            return
    for bubble in talk.screen:
        for text in (bubble.text, *(button.label for button in (*bubble.buttons, *bubble.tools))):
            assert not english(text), text


@pytest.mark.parametrize(("language", "line"), [("nl", "• Taal: Nederlands"), ("fr", "• Langue : Français")])
def test_the_recap_names_the_language_that_is_spoken_however_it_was_chosen(language: str, line: str) -> None:
    talk = Talk(scenes()["genk", "web"])
    talk.memory.language = "fr" if language == "nl" else "nl"
    talk.hears(Started())
    talk.hears(Tapped(Tap("privacy", "yes")))
    for choice in ("path", "full"), ("age", "from_26"):
        talk.hears(Tapped(Tap(*choice)))
    while talk.open and talk.open.id != "recap":
        talk.hears(Tapped(Tap(COMMAND, "skip")))
    talk.hears(Tapped(Tap(COMMAND, f"language:{language}")))
    assert line in talk.screen[-1].text.split("\n")


@cache
def sentences() -> frozenset[str]:
    """The English sources of the flow, whole, that are called something else in Dutch and in French."""
    setting = scenes()["genk", "web"]
    sources = {text for step in setting.flow.steps if isinstance(step, Ask | Say) for text in _sources(step)}
    wording = setting.wording
    return frozenset(
        text
        for text in sources
        if len(text) > 3 and text not in (wording.translate(text, "nl"), wording.translate(text, "fr"))
    )


def _sources(step: Ask | Say) -> list[str]:
    if isinstance(step, Say):
        return [step.text]
    return [step.text, step.why, step.hint, step.simpler, *(option.label for option in step.kind.options)]


def english(text: str) -> bool:
    lines = {line.strip() for line in text.split("\n")}
    bare = {re.sub(r"^\W+ ", "", line) for line in lines}
    return bool((lines | bare) & sentences()) or bool(re.search(r"\{[a-z_]+\}", text))


@pytest.mark.parametrize("language", ["nl", "fr"])
def test_every_text_of_the_flow_is_translated(language: str) -> None:
    setting = scenes()["genk", "web"]
    catalogue = setting.wording.catalogues[language]
    own_names = {"Nederlands", "Français"}
    missing = [text for text, _ in setting.flow.texts() if text and text not in catalogue and text not in own_names]
    assert missing == []
