"""What can reach a conversation: a person's words and taps, and the outcomes of what was ordered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias

from flows.company_card import CompaniesFound, CompanyAnswered
from flows.log import Log
from flows.offer_card import OffersFound, OfferWished
from flows.referral_card import ReferralAnswered, ReferralsFound
from flows.session_card import SessionAnswered, SessionsFound
from flows.small_step_card import SmallStepAnswered, SmallStepsFound
from flows.when import ANY_TIME, When

if TYPE_CHECKING:
    from flows.undertone import Undertone


@dataclass(frozen=True, slots=True)
class Tap:
    """What a button means. It names its question, so an old button never answers another one.

    ``option`` is an option's id, or a reserved word: ``+id`` and ``-id`` tick and untick, ``=`` is
    "that is all" or "leave it so", ``~`` opens the question again, ``>2`` shows the second screen, ``@morning``
    other free times.
    ``question`` is ``!`` for a command (``back``, ``skip``, ...) and ``!visit`` for a button about an
    appointment (``come:3``, ``move:3``, ``cancel:3`` with the appointment's version).
    """

    question: str
    option: str


COMMAND = "!"
VISIT = "!visit"
CHANGES = "!changes"
"""The question of the button that changes several answers at once; the option says which offer of them."""
CARE = "!care"
"""The question of buttons about the person: after distress, or where somebody else is meant. Like the others it is no
id that a question of a flow can have."""
SESSION = "!session"
"""The question of buttons about a group session (``join:<id>:<version>``; see ``flows.sessions``)."""
OFFER = "!offer"
"""The question of buttons about something in the catalogue; the option is its id."""
REFERRAL = "!referral"
"""The question of buttons about a referral (``yes:<id>``; see ``flows.referring``)."""
COMPANY = "!company"
"""The question of buttons about a company that wants to call (``yes:<id>``; see ``flows.company_calls``)."""
SMALL_STEP = "!step"
"""The question of buttons about a small step (``finish:<id>:<version>``; see ``flows.small_steps``)."""


@dataclass(frozen=True, slots=True)
class Started:
    """The person opened the chat or said ``/start``; ``payload`` is what their link carried."""

    payload: str = ""


Arrival: TypeAlias = Literal["here", "back", "with_coach", "again", "used", "occupied"]


@dataclass(frozen=True, slots=True)
class Arrived:
    """The person comes from another chat of theirs.

    ``here``: a link has just brought them; ``back``: they spoke at another chat since they spoke here, or
    (``with_coach``) a coach filled in together with them; ``again``: then nothing was asked yet; ``used``: their
    link no longer works; ``occupied``: this chat is somebody's who has answers of their own, so that the link was
    left alone.
    """

    how: Arrival


@dataclass(frozen=True, slots=True)
class Said:
    """``undertone`` is what sounds beneath the words, once somebody has listened for it (``flows.undertone``)."""

    text: str
    undertone: Undertone | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class TooPersonal:
    """A number that we may not have was typed, and kept away from us: ``kind`` is one of ``flows.forbidden.KINDS``.

    ``rest`` are the words around it, without a digit: to be listened to, and never kept.
    """

    kind: str
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Tapped:
    tap: Tap


@dataclass(frozen=True, slots=True)
class ContactShared:
    """A phone number from the person's own contact card."""

    phone: str


@dataclass(frozen=True, slots=True)
class VoiceNote:
    """Somebody spoke. ``ref`` is the channel's name of the recording; nothing of it has been fetched."""

    ref: str
    seconds: int
    size: int = 0


@dataclass(frozen=True, slots=True)
class CannotRead:
    """Something we do not take in: ``voice``, ``photo``, ``sticker``, ``file``, ``location``, ``other``, or ``edit``,
    a message that was changed after it was sent.

    ``words`` stand under it, or are what it says now: to be listened to, and never kept.
    """

    kind: str
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Slot:
    """A free time. ``value`` is its stable id, ``start`` is aware and in the zone of the place."""

    value: str
    start: datetime
    minutes: int
    coach: str
    place: str


WhyEmpty: TypeAlias = Literal["full", "unreachable"]
"""Why there is no free time: all are taken, or the agenda they stand in does not answer now."""


WhyThese: TypeAlias = Literal["earlier", "other_language", "interpreter", "other_place", "full"]
"""What a person must hear before they book one of these times: that they are with the coach they know; that nobody
near to them speaks their language, and what there is instead; or that near to them all is taken."""


@dataclass(frozen=True, slots=True)
class SlotsFound:
    """Free times for ``question``, the soonest first. ``more`` says that later ones exist.

    ``when`` and ``after`` are those of the order (``FindSlots``); ``empty`` counts where there is no time.
    """

    question: str
    slots: tuple[Slot, ...]
    more: bool = False
    when: When = ANY_TIME
    after: datetime | None = None
    empty: WhyEmpty = "full"
    why: WhyThese | None = None


@dataclass(frozen=True, slots=True)
class Accomplished:
    """An order of step ``step`` was carried out; ``outcome`` is kept in the log."""

    step: str
    outcome: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SlotGone:
    """The time wanted in ``question`` was just taken, or (``empty``) cannot be had because the agenda does not
    answer; ``slots`` are free now and fit the wish ``when``, as in ``SlotsFound``."""

    question: str
    slots: tuple[Slot, ...]
    more: bool = False
    when: When = ANY_TIME
    empty: WhyEmpty = "full"
    why: WhyThese | None = None


@dataclass(frozen=True, slots=True)
class VisitGone:
    """A button about an appointment that has since been moved, cancelled or has passed."""


@dataclass(frozen=True, slots=True)
class LinkMade:
    """A link that works once leads to the channel ``to``; ``address`` is empty where that cannot be reached."""

    to: str
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class VisitFile:
    """The visit as a file: behind a ``link`` (``address``), ``sent`` into the chat, or ``none``: there is no visit.

    ``off`` says that the visit is cancelled: the file takes it out of the agenda again.
    """

    how: Literal["link", "sent", "none"]
    address: str = ""
    off: bool = False


@dataclass(frozen=True, slots=True)
class HearsAloud:
    """Whether the person hears our messages from now on, or cannot here."""

    how: Literal["on", "off", "cannot"]


@dataclass(frozen=True, slots=True)
class RecordingKept:
    """A voice message will be there for the coach, or there are too many."""

    kept: bool


@dataclass(frozen=True, slots=True)
class CoachLeft:
    """The coach who had the talk has left it; ``waits``: the person's last line has no answer yet."""

    coach: str
    waits: bool


@dataclass(frozen=True, slots=True)
class Erased:
    """The person is forgotten; what is said now is said to somebody unknown. Both as in ``EraseEverything``."""

    because: str = "asked"
    afresh: Log = ()


Outcome: TypeAlias = (
    SlotsFound
    | Accomplished
    | SlotGone
    | VisitGone
    | LinkMade
    | VisitFile
    | SessionsFound
    | SessionAnswered
    | OffersFound
    | OfferWished
    | ReferralAnswered
    | ReferralsFound
    | CompanyAnswered
    | CompaniesFound
    | SmallStepsFound
    | SmallStepAnswered
    | HearsAloud
    | RecordingKept
    | CoachLeft
    | Erased
)
Heard: TypeAlias = Started | Arrived | Said | TooPersonal | Tapped | ContactShared | VoiceNote | CannotRead | Outcome


@lru_cache(maxsize=4096)
def slot_start(value: str) -> datetime | None:
    """When the slot of a ``Slot.value`` such as ``20270325T0900-an`` starts, in UTC; ``None`` if it is none."""
    try:
        return datetime.strptime(value.partition("-")[0], "%Y%m%dT%H%M").replace(tzinfo=UTC)
    except ValueError:
        return None
