"""Random talks over every shipped flow, with kills and edits of the flow in between: what holds after every turn.

A few short ones are tried in every run; ``OPSTAP_TALKS=2000`` tries that many, longer ones. A talk that goes wrong is
printed as a story.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from flows.answers.consent import ConsentAnswer
from flows.answers.own_page import OwnPage
from flows.answers.place import PlaceAnswer
from flows.answers.slot import SlotAnswer
from flows.aside import YES_OR_NO
from flows.conditions import ALWAYS, Is
from flows.forbidden import NATIONAL
from flows.heard import CARE, COMMAND, CannotRead, ContactShared, Heard, Said, Started, Tap, Tapped, TooPersonal
from flows.log import Value
from flows.messages import Button
from flows.neighbours import GO_THERE
from flows.script import Ask, Flow, Step
from flows.wording import Words
from tests.pure_talk import COMMANDS, TYPED, plain_answer, same, scenes
from tests.random_talk import LONGEST_WAY, RandomTalk

TALKS = int(os.environ.get("OPSTAP_TALKS", "0"))
UNSURELY = ["misschien", "weet niet", "jsp", "?"]
DISTRESS = ["ik wil niet meer leven", "j'en peux plus", "mijn man slaat mij", "je veux mourir"]
DOORWAY = {"language", "privacy", "path", "age", "young_age", "recap", "book", "slot", "name", "place"}
"""Questions that texts or orders of the flow lean on: a coordinator does not take these out."""
WHICH = st.integers(0, 40)
PLACES = sorted(scenes())


class Talks(RuleBasedStateMachine):
    talk: RandomTalk

    @initialize(place=st.sampled_from(PLACES), gone=st.integers(0, 2), language=st.sampled_from(["nl", "fr", ""]))
    def begins(self, place: tuple[str, str], gone: int, language: str) -> None:
        self.talk = RandomTalk(scenes()[place], gone)
        self.talk.lines.append(f"@ {' '.join(place)}")
        self.talk.takes(Started())
        if language in self.talk.setting.languages:
            self.talk.takes(Tapped(Tap("language", language)))

    @property
    def buttons(self) -> list[Button]:
        shown = [bubble for bubble in self.talk.screen if bubble.buttons or bubble.tools]
        return [*shown[-1].buttons, *shown[-1].tools] if shown else []

    @property
    def is_open(self) -> bool:
        return not self.talk.erased and self.talk.open is not None

    @property
    def talks_on(self) -> bool:
        """A question is open, and nothing rests."""
        return self.is_open and self.talk.memory.distress is None

    def teardown(self) -> None:
        if hasattr(self, "talk"):
            self._comes_to_an_end()

    def _comes_to_an_end(self) -> None:
        talk = self.talk
        for _ in range(LONGEST_WAY):
            if talk.erased or (talk.memory.distress is None and talk.position.open is None):
                return
            self._takes_the_first_way_on()
        talk.fails("the walk does not end")

    def _takes_the_first_way_on(self) -> None:
        talk = self.talk
        question = talk.open
        if talk.memory.distress is not None:
            talk.takes(Tapped(Tap(CARE, "on")))
        elif question is None:
            talk.takes(Started())
        elif isinstance(question.kind, SlotAnswer):
            talk.takes(Tapped(self._first_time(question)))
        else:
            talk.takes(plain_answer(talk, question, 0))

    def _first_time(self, question: Ask) -> Tap:
        newest = self.talk.screen[-1]
        times = [each.tap for each in newest.buttons if each.tap.question == question.id and each.tap.option[0] != ">"]
        return times[0] if times else Tap(COMMAND, "repeat")

    @precondition(lambda self: self.talks_on)
    @rule(pick=WHICH)
    def answers(self, pick: int) -> None:
        question = self.talk.open
        assert question
        if not isinstance(question.kind, SlotAnswer):
            self.talk.takes(plain_answer(self.talk, question, pick))
        else:
            self.talk.takes(Tapped(self._first_time(question)))

    @precondition(lambda self: self.talks_on)
    @rule(picks=st.lists(WHICH, min_size=5, max_size=20))
    def answers_several(self, picks: list[int]) -> None:
        for pick in picks:
            if self.talks_on:
                self.answers(pick)

    @precondition(lambda self: self.is_open)
    @rule(which=WHICH, how=st.sampled_from(["label", "number", "synonym", "typo", "id"]))
    def types_an_option(self, which: int, how: str) -> None:
        question = self.talk.open
        options = question.kind.options if question else ()
        if question and options:
            at = which % len(options)
            label = self.talk.setting.wording.translate(options[at].label, self.talk.memory.language or "nl")
            match how:
                case "number":
                    text = str(at + 1)
                case "synonym":
                    text = self._synonym(question, options[at].id, which) or label
                case "typo":
                    text = label[: which % len(label)] + label[which % len(label) + 1 :]
                case "id":
                    text = options[at].id
                case _:
                    text = label
            self.talk.takes(Said(text))

    def _synonym(self, question: Ask, option: str, which: int) -> str | None:
        words = self.talk.setting.wording.words.get(self.talk.memory.language or "nl", Words()).options
        known = (*words.get(f"{question.id}.{option}", ()), *words.get(option, ()))
        return known[which % len(known)] if known else None

    @precondition(lambda self: not self.talk.erased)
    @rule(which=WHICH, at=WHICH)
    def types_an_answer_to_another_question(self, which: int, at: int) -> None:
        asks = [ask for ask in self.talk.setting.flow.asks.values() if ask.kind.options]
        ask = asks[which % len(asks)]
        option = ask.kind.options[at % len(ask.kind.options)]
        self.talk.takes(Said(self.talk.setting.wording.translate(option.label, self.talk.memory.language or "nl")))

    @precondition(lambda self: not self.talk.erased)
    @rule(
        heard=st.one_of(
            st.sampled_from(TYPED).map(Said),
            st.sampled_from(DISTRESS).map(Said),
            st.text(max_size=40).map(Said),
            st.sampled_from(["voice", "photo", "sticker", "file", "location", "other"]).map(CannotRead),
            st.sampled_from([ContactShared("+32470123456"), Started(), TooPersonal(NATIONAL)]),
        )
    )
    def says_something_odd(self, heard: Heard) -> None:
        self.talk.takes(heard)

    @precondition(lambda self: not self.talk.erased)
    @rule(name=st.sampled_from(COMMANDS))
    def commands(self, name: str) -> None:
        self.talk.takes(Tapped(Tap(COMMAND, name)))

    @precondition(lambda self: not self.talk.erased and self.buttons)
    @rule(which=WHICH)
    def taps(self, which: int) -> None:
        self.talk.takes(Tapped(self.buttons[which % len(self.buttons)].tap))

    @precondition(lambda self: not self.talk.erased)
    @rule(which=st.integers(0, 400))
    def taps_an_old_button(self, which: int) -> None:
        shown = [button for bubble in self.talk.screen for button in (*bubble.buttons, *bubble.tools)]
        if shown:
            self.talk.takes(Tapped(shown[which % len(shown)].tap))

    @precondition(lambda self: not self.talk.erased and self.talk.memory.aside)
    @rule(answer=st.sampled_from(["ja", "nee", "oui", "non", "1", "2", "misschien", "jsp", "?"]))
    def answers_a_side_question(self, answer: str) -> None:
        self.talk.takes(Said(answer))

    @precondition(lambda self: self.talks_on)
    @rule(aside=st.sampled_from(["change", "sessions", "hello", "erase"]), word=st.sampled_from([*UNSURELY, "ok"]))
    def says_no_more_than_a_word_to_a_side_question(self, aside: str, word: str) -> None:
        talk = self.talk
        talk.takes(Tapped(Tap(COMMAND, aside)))
        asked = talk.memory.aside
        if asked is None or (len(asked.taps) == len(YES_OR_NO) and word == "ok"):
            return
        waiting, before = talk.open, talk.result
        talk.takes(Said(word))
        if talk.open is not waiting or talk.result != before:
            talk.fails("a word to the side question was taken as an answer to the one that waits")

    @rule(days=st.sampled_from([1, 3, 20]))
    def is_silent(self, days: int) -> None:
        self.talk.waits(days)

    @rule()
    def the_process_is_killed(self) -> None:
        self.talk.restarts()

    @precondition(lambda self: self.talks_on)
    @rule()
    def goes_back_and_says_the_same(self) -> None:
        talk, was = self.talk, self.talk.position
        asked = was.behind[-1] if was.behind else None
        if asked is None or isinstance(asked.kind, OwnPage):
            return
        value, before = talk.memory.value(asked.id), talk.result
        if asked.kind.expects == "language":
            value = talk.memory.language
        talk.takes(Tapped(Tap(COMMAND, "back")))
        if talk.open is not asked:
            talk.fails(f"back leads to {talk.open and talk.open.id}, not to {asked.id}")
        talk.takes(Tapped(Tap(COMMAND, "skip")) if value is None else same(asked, value))
        if talk.open is not was.open:
            talk.fails("back and the same answer lead to another question")
        self._has(before)

    def _has(self, before: dict[str, Value]) -> None:
        """The same result, but for the language: it can be spoken without being an answer."""
        now, was = ({**each, "language": ""} for each in (self.talk.result, before))
        if now != was:
            self.talk.fails(f"the result is no longer {was}, but {now}")

    @precondition(lambda self: self.talks_on)
    @rule(which=WHICH, other=WHICH)
    def changes_an_answer_and_changes_it_back(self, which: int, other: int) -> None:
        talk = self.talk
        asks = [ask for ask in talk.position.behind if _can_be_changed(ask, talk.memory.value(ask.id))]
        if not asks:
            return
        ask, before = asks[which % len(asks)], talk.result
        value = talk.memory.value(ask.id)
        for chosen in (_another(ask, value, other), value):
            talk.takes(Tapped(Tap(ask.id, "~")))
            if talk.open is not ask:
                talk.fails(f"{ask.id} is not open to be changed")
            self._chooses(ask, chosen)
            if talk.erased and ask.id == GO_THERE:
                return
        self._has(before)

    def _chooses(self, ask: Ask, value: Value | None) -> None:
        """With a tap, with ticks, or in words."""
        talk = self.talk
        if isinstance(ask.kind, PlaceAnswer):
            talk.takes(Said(str(value).partition(":")[0]))
        elif not isinstance(value, tuple):
            talk.takes(Tapped(Tap(ask.id, str(value))))
        elif alone := [option.id for option in ask.kind.options if option.alone and option.id in value]:
            talk.takes(Tapped(Tap(ask.id, alone[0])))
        else:
            ticked = talk.memory.value(ask.id)
            for gone in (option for option in (ticked if isinstance(ticked, tuple) else ()) if option not in value):
                talk.takes(Tapped(Tap(ask.id, f"-{gone}")))
            for option in value:
                talk.takes(Tapped(Tap(ask.id, f"+{option}")))
            talk.takes(Tapped(Tap(ask.id, "=")))

    @precondition(lambda self: not self.talk.erased)
    @rule(which=WHICH, how=st.sampled_from(["removed", "added", "option", "always", "never"]))
    def the_flow_is_edited(self, which: int, how: str) -> None:
        flow = self.talk.setting.flow
        asks = [ask for ask in flow.asks.values() if ask.id not in DOORWAY and _is_plain(ask)]
        ask = asks[which % len(asks)]
        edited = _edited(flow, ask, how, which)
        if edited:
            self.talk.edits(f"{ask.id} {how}", edited)


def _is_plain(ask: Ask) -> bool:
    return not isinstance(ask.kind, OwnPage | ConsentAnswer | SlotAnswer) and not ask.required


def _can_be_changed(ask: Ask, value: Value | None) -> bool:
    if ask.id in ("language", "recap", "age", "young_age") or not _is_plain(ask) or value is None:
        return False
    if isinstance(ask.kind, PlaceAnswer):
        return True
    ids = {option.id for option in ask.kind.options}
    return len(ids) > 1 and ids.issuperset(value if isinstance(value, tuple) else (value,))


def _another(ask: Ask, value: Value | None, which: int) -> Value:
    if isinstance(ask.kind, PlaceAnswer):
        return ("9300:Aalst", "3500:Hasselt", "4000:Luik")[which % 3]
    ids = [option.id for option in ask.kind.options]
    if not isinstance(value, tuple):
        return [each for each in ids if each != value][which % (len(ids) - 1)]
    return (ids[which % len(ids)],)


def _edited(flow: Flow, ask: Ask, how: str, which: int) -> Flow | None:
    at = flow.steps.index(ask)
    match how:
        case "removed":
            return _with(flow, at)
        case "added":
            extra = f"{ask.id}_extra"
            return _with(flow, at, ask, replace(ask, id=extra)) if extra not in flow.asks else None
        case "always" | "never":
            return _with(flow, at, replace(ask, when=ALWAYS if how == "always" else Is("path", ("nobody",))))
        case _:
            return _without_an_option(flow, at, ask, which)


def _without_an_option(flow: Flow, at: int, ask: Ask, which: int) -> Flow | None:
    kind: Any = ask.kind
    if len(kind.options) < 3 or "options" not in getattr(kind, "__dataclass_fields__", {}):
        return None
    gone = which % len(kind.options)
    return _with(flow, at, replace(ask, kind=replace(kind, options=kind.options[:gone] + kind.options[gone + 1 :])))


def _with(flow: Flow, at: int, *steps: Step) -> Flow:
    """``flow`` with these steps instead of the one at ``at``."""
    return Flow(flow.id, flow.title, (*flow.steps[:at], *steps, *flow.steps[at + 1 :]))


TestTalks = Talks.TestCase
TestTalks.settings = settings(
    max_examples=TALKS or 40,
    stateful_step_count=60 if TALKS else 25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
