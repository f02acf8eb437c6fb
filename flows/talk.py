"""One turn in the making: what is known, and what this turn adds to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flows.answers import Reader
from flows.answers.gazetteer import Gazetteer
from flows.effects import Effect
from flows.faq import NO_QUESTIONS, Faq
from flows.log import THE_PERSON, Answered, Done, Entry, Skipped, Value
from flows.memory import Memory, remember
from flows.messages import Choice, Param, Phrase, Saying
from flows.neighbours import Look, nobody
from flows.script import Ask, Flow
from flows.walk import Facts, Position, walk
from flows.wording import Wording


def _never(_moment: datetime) -> bool:
    return False


def _for_nobody(_known: Mapping[str, Value], _language: str, _now: datetime) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Setting:
    """What the engine is told about the organisation and the channel of a conversation.

    ``languages`` are those that may be chosen, in the order of the organisation's policy; the first one
    greets. ``texts`` has, per language, values for ``{placeholders}`` (``organisation``, ``phone_line``,
    ``who_sees``); ``places`` has, per place and language, ``place_name``, ``address`` and ``directions``;
    ``coaches`` has their names by id. Somebody who writes again after ``pause`` is welcomed back. Languages
    ``on_request`` are spoken, but not offered; texts in ``translations`` are marked as translated. ``is_staffed``
    says whether the house is open at a moment. ``faq`` knows what people ask besides; the answers stand in ``texts``.
    One can sign up for some group session ``sessions_until`` then, if there is one at all; ``has_session_for`` says
    whether there is one for who gave these answers, in this language. ``neighbours`` tells who works at a postcode.
    """

    flow: Flow
    wording: Wording
    gazetteer: Gazetteer
    languages: tuple[str, ...]
    zone: ZoneInfo
    facts: Facts = field(default_factory=Facts)
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    places: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    coaches: Mapping[str, str] = field(default_factory=dict)
    voice_notes: bool = False
    pause: timedelta = timedelta(hours=12)
    on_request: frozenset[str] = frozenset()
    translations: frozenset[str] = frozenset()
    is_staffed: Callable[[datetime], bool] = _never
    faq: Faq = NO_QUESTIONS
    sessions_until: datetime | None = None
    has_session_for: Callable[[Mapping[str, Value], str, datetime], bool] = _for_nobody
    neighbours: Look = nobody

    def has_sessions(self, now: datetime) -> bool:
        """Whether there is a group session to which somebody can still sign up."""
        return self.sessions_until is not None and now < self.sessions_until

    @property
    def offered(self) -> tuple[str, ...]:
        """The languages that we offer of our own accord."""
        return tuple(language for language in self.languages if language not in self.on_request)


@dataclass(frozen=True, slots=True)
class Turn:
    """What a turn came to. ``toast`` is a word for a tap that changes nothing on the screen."""

    entries: tuple[Entry, ...]
    says: tuple[Saying, ...]
    effects: tuple[Effect, ...]
    toast: Phrase | None = None


@dataclass(slots=True)
class Talk:
    """Collects a turn. ``memory`` always includes what the turn has added so far; ``by`` gives the answers, ``helped``
    is what was asked beside the questions."""

    setting: Setting
    memory: Memory
    now: datetime
    by: str = THE_PERSON
    entries: list[Entry] = field(default_factory=list)
    says: list[Saying] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    toast: Phrase | None = None
    helped: str | None = None
    _today: date | None = None

    @property
    def today(self) -> date:
        """The day in the organisation's own zone."""
        if self._today is None:
            self._today = self.now.astimezone(self.setting.zone).date()
        return self._today

    @property
    def language(self) -> str:
        return self.memory.language or self.setting.languages[0]

    def position(self) -> Position:
        """Where the conversation stands, walked anew after each entry. It is looked at, never changed."""
        if self.memory.walked is None or self.memory.walked[0] is not self.setting:
            self.memory.walked = self.setting, walk(self.setting.flow, self.memory, self.setting.facts)
        return self.memory.walked[1]

    def open_question(self) -> Ask | None:
        """The question that is missing next; ``None`` while an order is, or when nothing is."""
        question = self.position().open
        return question if isinstance(question, Ask) else None

    def was_edited(self) -> bool:
        """Whether the open question is not the one that the person was asked: the flow was edited meanwhile."""
        question, asked = self.open_question(), self.memory.asked
        return question is not None and asked is not None and question.id != asked

    def seen_instead(self) -> Ask | None:
        """The question that the person was asked, if it is not the open one now; ``None`` also if it is gone."""
        return self.setting.flow.asks.get(self.memory.asked or "") if self.was_edited() else None

    def sees_sessions(self) -> bool:
        """Whether there is one for who talks here, as far as they are known."""
        setting = self.setting
        known = {**setting.facts.named, **self.position().result}
        return setting.has_sessions(self.now) and setting.has_session_for(known, self.language, self.now)

    def note(self, entry: Entry) -> None:
        if self.by != THE_PERSON and isinstance(entry, Answered | Skipped):
            entry = replace(entry, by=self.by)
        self.entries.append(entry)
        remember((entry,), self.memory)

    def say(self, source: str, **params: Param) -> None:
        self.says.append(Saying(Phrase(source, params)))

    def choose(self, source: str, *choices: Choice, **params: Param) -> None:
        self.says.append(Saying(Phrase(source, params), choices))

    def order(self, effect: Effect) -> None:
        self.effects.append(effect)

    def reader(self, question: str) -> Reader:
        """What a kind of answer may look at."""
        return Reader(question, self.language, self.setting.wording, self.setting.gazetteer, self.today)

    def shown(self, ask: Ask) -> Phrase | None:
        """The answer that stands, as the person may see it again; a private one is never echoed."""
        value = self.memory.value(ask.id)
        if value is None or ask.tier != "A":
            return None
        return Phrase(ask.kind.show(value, self.reader(ask.id)), fixed=True)

    def booking(self) -> Done | None:
        """The record of the appointment, if one was made in this conversation."""
        do = self.setting.flow.order("book_appointment")
        return self.memory.done.get(do.name) if do else None

    def standing_booking(self) -> Done | None:
        """The same, if that appointment still stands."""
        booking = self.booking()
        return booking if booking and booking.outcome["state"] in ("booked", "confirmed") else None

    def is_past(self, booking: Done) -> bool:
        """Whether the visit of ``booking`` has ended. Older logs know only when it began."""
        ends = booking.outcome.get("end") or booking.outcome.get("start")
        return ends is not None and datetime.fromisoformat(ends) <= self.now

    def turn(self) -> Turn:
        return Turn(tuple(self.entries), tuple(self.says), tuple(self.effects), self.toast)
