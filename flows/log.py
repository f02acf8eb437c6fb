"""The log of a conversation: what was answered, skipped, told and done, in order. It is the only state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from flows.when import When

if TYPE_CHECKING:
    from flows.talk import Setting
    from flows.walk import Position

Value: TypeAlias = str | int | float | tuple[str, ...]
"""An answer as it is kept: an option's id, a number, a text, or the ids of several options.

A place is ``"3800:Sint-Truiden"``, a phone number E.164, a date ISO 8601, a slot ``Slot.value``.
"""

DONT_KNOW = "dont_know"
RATHER_NOT = "rather_not"
UNSURE = frozenset({DONT_KNOW, RATHER_NOT})
THE_PERSON = "person"
"""Who gives an answer, as a rule; ``coach:<id of the account>`` fills in together with somebody."""


@dataclass(frozen=True, slots=True)
class Answered:
    question: str
    value: Value
    at: datetime
    said: str | None = None
    by: str = THE_PERSON


@dataclass(frozen=True, slots=True)
class Skipped:
    question: str
    at: datetime
    by: str = THE_PERSON


@dataclass(frozen=True, slots=True)
class Reopened:
    """The person went back to this question, or wants to change its answer."""

    question: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Ticked:
    """What is ticked so far in a question with several choices that is not finished yet."""

    question: str
    options: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Offered:
    """What was shown as possible answers (free times, or what a name can mean), so that "2" is the second."""

    question: str
    values: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Wished:
    """When the person would like to come, for the question of a free time; ``when`` is that of ``When.as_text``."""

    question: str
    when: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Missed:
    """An answer to this question was not understood. The words are not kept."""

    question: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Helped:
    """The person asked beside this question: ``kind`` is ``why``, ``help``, ``privacy`` or ``faq``."""

    question: str
    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Chatted:
    """Something kind, rude or without words was said instead of an answer: it is no miss. ``kind`` says which."""

    question: str
    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """These statements have been said; they are not said again."""

    steps: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Done:
    """A ``do:`` step was carried out. ``given`` is what its inputs were, ``outcome`` what came of it."""

    step: str
    given: Mapping[str, Value]
    outcome: Mapping[str, str]
    at: datetime


@dataclass(frozen=True, slots=True)
class LanguageChosen:
    language: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Stopped:
    at: datetime


@dataclass(frozen=True, slots=True)
class Resumed:
    at: datetime


@dataclass(frozen=True, slots=True)
class Returned:
    """The person said something again after a pause."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Restarted:
    """The person starts over: these questions are asked again, each with the answer that stands."""

    questions: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Nudged:
    """We wrote first, after a silence; ``taps`` and ``labels`` as in ``Aside``."""

    taps: tuple[str, ...]
    labels: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Approached:
    """We wrote first, about a visit; ``name`` says what about, ``taps`` and ``labels`` as in ``Aside``."""

    name: str
    taps: tuple[str, ...]
    labels: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Distressed:
    """Something of this kind of distress was said, in ``language``: the talk rests. The words are not kept."""

    kind: str
    language: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Comforted:
    """While the talk rested something was said; it was answered with a kind word and the numbers."""

    at: datetime


@dataclass(frozen=True, slots=True)
class WentOn:
    """The person tapped to go on after a rest."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Aside:
    """A side question is on the screen. ``taps`` are its buttons (``question option``), ``labels`` their texts;
    ``ours``: we wrote first."""

    name: str
    taps: tuple[str, ...]
    labels: tuple[str, ...]
    at: datetime
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Spoke:
    """A voice message came and we asked whether it may be kept. ``ref`` is the channel's name of it, no more."""

    ref: str
    seconds: int
    at: datetime
    question: str | None = None


@dataclass(frozen=True, slots=True)
class VoiceAllowed:
    """Whether voice messages of this conversation may be kept for the coach."""

    allowed: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class AsideOver:
    """Something was said after the side question: it is no longer on the screen."""

    at: datetime


Entry: TypeAlias = (
    Answered
    | Skipped
    | Reopened
    | Ticked
    | Offered
    | Wished
    | Missed
    | Chatted
    | Helped
    | Told
    | Done
    | LanguageChosen
    | Stopped
    | Resumed
    | Returned
    | Restarted
    | Nudged
    | Approached
    | Distressed
    | Comforted
    | WentOn
    | Aside
    | AsideOver
    | Spoke
    | VoiceAllowed
)
Log: TypeAlias = tuple[Entry, ...]


@dataclass(slots=True)
class Memory:
    """A log read once, from the first entry to the last: per question and step, what holds now.

    ``proposed`` are the side questions that were asked before, ``latest`` is when the person was last heard.
    ``asked`` and ``walked`` are no part of the log: the question that stood open when we last spoke, if that is known,
    and where the conversation stands, once somebody has looked since the last entry.
    """

    answers: dict[str, Answered | Skipped] = field(default_factory=dict)
    reopened: dict[str, None] = field(default_factory=dict)
    ticked: dict[str, tuple[str, ...]] = field(default_factory=dict)
    offered: dict[str, tuple[str, ...]] = field(default_factory=dict)
    wished: dict[str, When] = field(default_factory=dict)
    missed: dict[str, int] = field(default_factory=dict)
    chatted: dict[str, str] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    done: dict[str, Done] = field(default_factory=dict)
    language: str | None = None
    stopped: bool = False
    aside: Aside | None = None
    distress: Distressed | None = None
    comforted: int = 0
    spoke: Spoke | None = None
    voice_allowed: bool | None = None
    proposed: set[str] = field(default_factory=set)
    nudges: int = 0
    latest: datetime | None = None
    asked: str | None = field(default=None, compare=False)
    walked: tuple[Setting, Position] | None = field(default=None, compare=False, repr=False)

    def value(self, question: str) -> Value | None:
        """The answer that stands, also while its question is open again; ``None`` if there is none."""
        answer = self.answers.get(question)
        return answer.value if isinstance(answer, Answered) else None


_MOVES = Answered | Skipped | Reopened | Restarted | Told | Done | LanguageChosen
"""What can change where a conversation stands: all that ``walk`` looks at."""


def remember(log: Iterable[Entry], memory: Memory | None = None) -> Memory:
    """Read ``log`` into a memory (a new one, or ``memory`` itself, which is then read on)."""
    memory = memory or Memory()
    for entry in log:
        if isinstance(entry, _MOVES):
            memory.walked = None
        _note(memory, entry)
    return memory


def _note(memory: Memory, entry: Entry) -> None:
    if not isinstance(entry, Nudged | Approached):
        memory.latest = entry.at
    match entry:
        case Answered(question) | Skipped(question):
            memory.answers[question] = entry
            memory.reopened.pop(question, None)
            memory.ticked.pop(question, None)
            memory.missed.pop(question, None)
            memory.chatted.pop(question, None)
            if isinstance(entry, Skipped):
                memory.wished.pop(question, None)
        case Reopened(question):
            memory.reopened[question] = None
            memory.ticked.pop(question, None)
        case Ticked(question, options):
            memory.ticked[question] = options
        case Offered(question, values):
            memory.offered[question] = values
        case Wished(question, when):
            memory.wished[question] = When.from_text(when)
        case Missed(question):
            memory.offered.pop(question, None)
            memory.missed[question] = memory.missed.get(question, 0) + 1
        case Chatted(question, kind):
            memory.chatted[question] = kind
        case Told(steps):
            memory.told.update(steps)
        case Done(step, given):
            memory.done[step] = entry
            for question in given:
                memory.wished.pop(question, None)
        case _:
            _note_course(memory, entry)


def _note_course(memory: Memory, entry: Entry) -> None:
    """What concerns no question of its own: the language, stopping and coming back, what stands beside."""
    match entry:
        case LanguageChosen(language):
            memory.language = language
        case Stopped():
            memory.stopped = True
        case Resumed():
            memory.stopped = False
        case Restarted(questions):
            memory.reopened.update(dict.fromkeys(questions))
            memory.ticked.clear()
        case Nudged(taps, labels, at):
            memory.aside = Aside("nudge", taps, labels, at)
            memory.nudges += 1
        case Approached(name, taps, labels, at):
            memory.aside = Aside(name, taps, labels, at, ours=True)
        case Distressed():
            memory.distress = entry
        case Comforted():
            memory.comforted += 1
        case WentOn():
            memory.distress = None
        case Aside(name):
            memory.aside = entry
            memory.proposed.add(name)
        case AsideOver():
            memory.aside = None
        case Spoke():
            memory.spoke = entry
        case VoiceAllowed(allowed):
            memory.voice_allowed = allowed
            memory.spoke = None if allowed else memory.spoke


def _kinds() -> dict[str, Any]:
    kinds = (
        Answered,
        Skipped,
        Reopened,
        Ticked,
        Offered,
        Wished,
        Missed,
        Chatted,
        Helped,
        Told,
        Done,
        LanguageChosen,
        Stopped,
        Resumed,
        Returned,
        Restarted,
        Nudged,
        Approached,
        Distressed,
        Comforted,
        WentOn,
        Aside,
        AsideOver,
        Spoke,
        VoiceAllowed,
    )
    return {kind.__name__.lower(): kind for kind in kinds}


KINDS: Mapping[str, Any] = _kinds()
"""The kinds of entry by the name they are stored under."""
