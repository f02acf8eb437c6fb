"""The log of a conversation: what was answered, skipped, told and done, in order. It is the only state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

Value: TypeAlias = str | int | float | tuple[str, ...]
"""An answer as it is kept: an option's id, a number, a text, or the ids of several options.

A place is ``"3800:Sint-Truiden"``, a phone number E.164, a date ISO 8601, a slot ``Slot.value``.
"""

DONT_KNOW = "dont_know"
RATHER_NOT = "rather_not"
UNSURE = frozenset({DONT_KNOW, RATHER_NOT})
THE_PERSON = "person"
"""Who gives an answer, as a rule; ``coach:<id of the account>`` fills in together with somebody."""
THE_STAFF = "staff"
"""Who of them settled something for the person is not known; where it is: ``staff:<id>`` or ``api:<id>``."""


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
class NewsWanted:
    """Whether they want news of the organisation now and then."""

    wanted: bool
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
    | NewsWanted
)
Log: TypeAlias = tuple[Entry, ...]


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
        NewsWanted,
    )
    return {kind.__name__.lower(): kind for kind in kinds}


KINDS: Mapping[str, Any] = _kinds()
"""The kinds of entry by the name they are stored under."""
