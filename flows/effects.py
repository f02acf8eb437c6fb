"""Orders the engine gives. The desks in ``casework/`` carry them out in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from flows.log import Log, Value
from flows.when import ANY_TIME, When


@dataclass(frozen=True, slots=True)
class FindSlots:
    """Find free times for the slot question, later than ``after`` and as wished (``when``); answered by ``SlotsFound``.

    ``few``: three, each on another day if that can be, instead of a full screen. ``shown`` is the coach of the last
    time that was shown, or ``*`` where anybody will do.
    """

    question: str
    answers: Mapping[str, Value]
    language: str
    after: datetime | None = None
    when: When = ANY_TIME
    few: bool = False
    shown: str | None = None


@dataclass(frozen=True, slots=True)
class BookSlot:
    """Book the time ``slot`` (a ``Slot.value``); answered by ``Accomplished`` or ``SlotGone``.

    ``moved_from`` is the id of the appointment that this one replaces: it frees its time in the same
    transaction, and only if the new time could be had. ``when`` is the wish that other times would have to fit.
    """

    step: str
    question: str
    slot: str
    answers: Mapping[str, Value]
    language: str
    moved_from: str | None = None
    when: When = ANY_TIME


@dataclass(frozen=True, slots=True)
class AnswerVisit:
    """What the person wants with a visit: ``wish`` is ``come``, ``move`` or ``cancel``; with a time that is kept for
    them it is ``take`` or ``refuse``.

    Answered by ``Accomplished`` with a ``state``: ``confirmed``, ``moving``, ``cancelled``; ``late_move`` or
    ``late_cancel`` where only the coach can still do that, who is told; ``taken``, ``refused``, ``offer_over``. Or by
    ``VisitGone`` when ``version`` is no longer that of the visit.
    """

    step: str
    wish: str
    version: int


@dataclass(frozen=True, slots=True)
class WaitForTime:
    """No time is free: write to the person when one is, as ``answers`` say where and how, and when they wish."""

    answers: Mapping[str, Value]
    language: str
    when: When = ANY_TIME


@dataclass(frozen=True, slots=True)
class HandOver:
    """Open the case, or bring the open one (``case``) up to date; answered by ``Accomplished``.

    ``by`` says who gave the answers that the person did not give alone, ``spoken`` the language of each answer that was
    given in another one than ``language``.
    """

    step: str
    answers: Mapping[str, Value]
    skipped: tuple[str, ...]
    language: str
    case: str | None = None
    by: Mapping[str, str] = field(default_factory=dict)
    spoken: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordConsent:
    """Keep proof of what was agreed or refused."""

    scope: str
    wording: int
    granted: bool
    language: str


@dataclass(frozen=True, slots=True)
class CallPerson:
    """Somebody wants a human being, or the conversation is stuck at ``question``."""

    question: str | None


@dataclass(frozen=True, slots=True)
class EraseEverything:
    """Forget this person; answered by ``Erased``.

    ``because`` they ``asked`` for it, are ``too_young`` for this chat, or are a ``minor`` who answered as an
    adult, or go to another service (``go_there``). ``afresh`` is the log that whoever talks on here begins with.
    """

    because: str = "asked"
    afresh: Log = ()


@dataclass(frozen=True, slots=True)
class CallUrgently:
    """Somebody is in distress: tell who is on duty, without a name or a word."""


@dataclass(frozen=True, slots=True)
class LeaveInPeace:
    """No message of our own accord until tomorrow morning."""


@dataclass(frozen=True, slots=True)
class MakeLink:
    """Make a link that works once, to go on at the channel ``to``; answered by ``LinkMade``."""

    to: str


@dataclass(frozen=True, slots=True)
class GiveVisitFile:
    """Give the person their visit as a file for their own agenda; answered by ``VisitFile``."""

    language: str


@dataclass(frozen=True, slots=True)
class FindSessions:
    """Find the coming group sessions that fit who gave these answers (``known``, facts included); with ``mine`` those
    where the person has a place. Answered by ``SessionsFound``. ``visit``: a visit was meant, and there is none.
    """

    known: Mapping[str, Value]
    language: str
    mine: bool = False
    visit: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class AnswerSession:
    """What the person wants with a group session; answered by ``SessionAnswered``.

    ``wish``: ``show``, ``join``, ``wait`` (in line), ``leave``, ``come``; ``yes`` or ``no`` to an offered seat;
    ``talk`` or ``no_talk`` on the spot. ``version`` is that of the person's place, 0 without one.
    """

    wish: str
    session: str
    version: int
    language: str


@dataclass(frozen=True, slots=True)
class AnswerReferral:
    """What the person wants with a referral they were asked about: ``show`` it, ``yes``, ``sure`` (of a name that says
    something), or ``no``. Answered by ``ReferralAnswered``, or by ``LinkMade`` where others could read along."""

    wish: str
    referral: str
    language: str


@dataclass(frozen=True, slots=True)
class FindReferrals:
    """Find how the person's referrals stand; answered by ``ReferralsFound``. ``beside``: only if there are any."""

    language: str
    beside: bool = False


@dataclass(frozen=True, slots=True)
class FindSmallSteps:
    """Find the small steps that the person agreed on; answered by ``SmallStepsFound``. ``beside``: only if there are
    any."""

    beside: bool = False


@dataclass(frozen=True, slots=True)
class AnswerSmallStep:
    """What the person says of a small ``step`` of that ``version``: ``show`` it, ``go_on``, ``finish``, ``stick`` (it
    did not work out), ``drop``, ``resume``. Answered by ``SmallStepAnswered``, or by ``LinkMade`` where others could
    read along."""

    wish: str
    step: str
    version: int


@dataclass(frozen=True, slots=True)
class AnswerCompany:
    """Whether a company may call the person, who was asked so in ``call``: ``yes`` with what it is told as far as that
    is known, ``bare`` (a yes without a name), ``no``, ``later``, ``what`` (who gets what), or ``other`` (another
    number). Answered by ``CompanyAnswered``."""

    wish: str
    call: str
    language: str
    name: str = field(default="", repr=False)
    number: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class FindCompanies:
    """Find the companies that may call the person; answered by ``CompaniesFound`` if there are any."""


@dataclass(frozen=True, slots=True)
class FindOffers:
    """Find what of the catalogue surely fits who gave these answers (``known``, facts included, nothing about health);
    answered by ``OffersFound`` where something does."""

    known: Mapping[str, Value]
    language: str


@dataclass(frozen=True, slots=True)
class WishOffer:
    """Keep with their ``case`` that the person wants to know more of this ``offer``; answered by ``OfferWished``."""

    offer: str
    case: str
    known: Mapping[str, Value]
    language: str


@dataclass(frozen=True, slots=True)
class LookForCheque:
    """Look whether a cheque is left for a company that gave these answers; answered by ``Accomplished`` with the state
    ``left``, ``none`` or ``unknown`` (there are no cheques here)."""

    step: str
    answers: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class KeepQuiet:
    """No message of our own accord until the person comes back."""


@dataclass(frozen=True, slots=True)
class ReadAloud:
    """From now on read messages aloud, or no longer; answered by ``HearsAloud``."""

    on: bool


@dataclass(frozen=True, slots=True)
class KeepRecording:
    """Fetch the voice message that the channel calls ``ref`` and keep it for the coach; answered by
    ``RecordingKept``."""

    ref: str
    seconds: int
    question: str | None


@dataclass(frozen=True, slots=True)
class RemoveMessage:
    """Take away from the screen what the person has just said, where the channel can."""


@dataclass(frozen=True, slots=True)
class SpeakLanguage:
    """From now on the person is written to in ``language``, reminders included."""

    language: str


Effect: TypeAlias = (
    FindSlots
    | BookSlot
    | AnswerVisit
    | WaitForTime
    | HandOver
    | LookForCheque
    | RecordConsent
    | CallPerson
    | EraseEverything
    | CallUrgently
    | LeaveInPeace
    | MakeLink
    | GiveVisitFile
    | FindSessions
    | AnswerSession
    | FindOffers
    | WishOffer
    | AnswerReferral
    | FindReferrals
    | AnswerCompany
    | FindCompanies
    | FindSmallSteps
    | AnswerSmallStep
    | KeepQuiet
    | SpeakLanguage
    | ReadAloud
    | KeepRecording
    | RemoveMessage
)
