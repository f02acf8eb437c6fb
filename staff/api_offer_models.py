"""What the API takes and gives about offers, partners, suggestions and referrals, as models."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from casework.offers.catalogue import LONGEST_ABOUT, LONGEST_LINE, LONGEST_TITLE, MOST, MOST_CONTACTS, Kind
from casework.offers.referral_states import Change, Reason, State
from casework.offers.referrals import LONGEST
from casework.offers.suggesting import Verdict
from staff.api_models import Id, In, Out, Stretch, Word

PLAIN = "^[^\\x00-\\x08\\x0b-\\x1f\\x7f]*$"
Two = Annotated[str, Field(pattern="^[a-z]{2}$")]
Title = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE, pattern=PLAIN)]
About = Annotated[str, Field(min_length=1, max_length=LONGEST_ABOUT, pattern=PLAIN)]
OneLine = Annotated[str, Field(max_length=LONGEST_LINE, pattern=PLAIN)]
Sentence = Annotated[str, Field(max_length=LONGEST, pattern=PLAIN)]
Rule = Annotated[str, Field(max_length=16, pattern="^[a-z0-9-]+$")]
Theme = Annotated[str, Field(max_length=100, pattern="^[a-z0-9_]+:[a-z0-9_-]+$")]


class OfferQuery(Stretch):
    """Which entries are wanted."""

    kind: Kind | None = Field(None, description="Only of this kind.")
    theme: Theme | None = Field(None, description="Only what helps with this, such as `barriers:childcare`.")
    find: OneLine = Field("", description="Only what has these words in its title or text.")
    municipality: OneLine = Field("", description="Only what is for people there, by its Dutch name of today.")
    audience: Theme | None = Field(None, description="Only what nothing rules out for who answers `question:option`.")
    partner: Id | None = Field(None, description="Only of this partner.")
    stale: bool = Field(False, description="Only what somebody should look at: its day is past, or it has ended.")
    archived: bool = Field(False, description="Those that were put away instead.")


class OfferIn(In):
    """An offer or a measure as it shall be: what is not named is empty afterwards."""

    kind: Kind
    title: dict[Two, Title] = Field(description="By language: each of the organisation's.")
    about: dict[Two, About] = Field(description="What it is, in easy words, by language.")
    themes: list[Theme] = Field(default=[], description="What it helps with; empty for anything.")
    fits: dict[str, Any] = Field(default={}, description="For whom: a condition, as under `when:` in a flow file.")
    municipalities: list[OneLine] = Field(default=[], description="By their Dutch names of today; empty for all.")
    languages: list[Two] = Field(default=[], description="In which it is given; empty for any.")
    partner: Id | None = None
    contact: OneLine = ""
    begins_on: date | None = None
    ends_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    capacity: Annotated[int, Field(ge=1, le=MOST)] | None = None
    source: OneLine = Field("", description="Where the rule of a measure stands: an https address.")
    rules: list[Rule] = Field(default=[], description="The rules of law it rests on: it ends when one of them does.")
    target_group: OneLine = Field("", description="A note for those who answer for the money.")
    funding: OneLine = Field("", description="Where the money comes from, how much, and until when.")
    sensitive: bool = Field(False, description="The name says something about who goes there.")
    compulsory: bool = Field(False, description="It can be imposed, so it is never suggested.")
    check_before: date | None = None


class OfferSays(Out):
    """What an entry of the catalogue says of itself."""

    kind: Kind
    title: dict[str, str]
    about: dict[str, str]
    themes: list[str]
    fits: dict[str, Any]
    municipalities: list[str]
    languages: list[str]
    begins_on: date | None
    ends_on: date | None
    valid_from: date | None
    valid_until: date | None
    capacity: int | None
    source: str
    rules: list[str]
    target_group: str
    funding: str
    sensitive: bool
    compulsory: bool


class OfferOut(OfferSays):
    """An entry of the catalogue."""

    id: str
    partner: str | None = Field(validation_alias="partner_id")
    contact: str
    check_before: date | None
    version: int
    changed_at: datetime
    archived_at: datetime | None


class OfferList(Out):
    """One stretch of the entries."""

    offers: list[OfferOut]
    next: str | None


class ContactIn(In):
    """Somebody who works there, by their work alone."""

    name: Title
    role: OneLine = ""
    phone: OneLine = ""
    email: OneLine = ""


class ContactOut(Out):
    """Somebody who works there."""

    name: str
    role: str
    phone: str
    email: str


class PartnerIn(In):
    """A partner as it shall be: what is not named is empty afterwards."""

    name: Title
    about: dict[Two, About] = Field(default={})
    address: OneLine = ""
    contacts: list[ContactIn] = Field(default=[], max_length=MOST_CONTACTS)
    sensitive: bool = Field(False, description="The name says something about who goes there.")
    check_before: date | None = None


class PartnerOut(Out):
    """A house that people are referred to."""

    id: str
    name: str
    about: dict[str, str]
    address: str
    contacts: list[ContactOut]
    sensitive: bool
    check_before: date | None
    version: int
    changed_at: datetime
    archived_at: datetime | None


class PartnerQuery(Stretch):
    """Which partners are wanted."""

    archived: bool = Field(False, description="Those that were put away instead.")


class PartnerList(Out):
    """One stretch of the partners."""

    partners: list[PartnerOut]
    next: str | None


class SuggestionOut(Out):
    """What there is, judged for the person: `because` speaks for it, `against` rules it out, `ask` is open."""

    offer: str
    title: str
    verdict: Verdict
    because: list[str]
    ask: list[str]
    against: list[str]
    full: bool
    set_aside: str | None = Field(description="Why a coach put it aside, on the answers that stand now.")


class SuggestionList(Out):
    """All that is on offer: what fits first."""

    suggestions: list[SuggestionOut]


class LineOut(Out):
    """An answer that the partner gets to know."""

    label: str
    value: str


class ReferralLine(Out):
    """A referral without what the partner is told."""

    id: str
    case: str = Field(validation_alias="case_id")
    offer: str = Field(validation_alias="entry_id")
    partner: str | None = Field(validation_alias="partner_id")
    state: State
    version: int
    reason: str | None
    agreed_at: datetime | None
    agreed_how: str | None
    look_again: date | None
    created_at: datetime
    updated_at: datetime


class ReferralOut(Out):
    """A referral with all that the partner is told, and what can be done with it now."""

    referral: ReferralLine
    lines: list[LineOut]
    sentence: str
    possible: list[Change]


class ReferralList(Out):
    """One stretch of the referrals, the newest first."""

    referrals: list[ReferralLine]
    next: str | None


class ReferralQuery(Stretch):
    """Which referrals are wanted."""

    case: Id | None = Field(None, description="Only of this case.")
    state: State | None = Field(None, description="Only in this state.")


class ProposeIn(In):
    """To what the person of a case is referred. Nothing goes to a partner before they agreed."""

    case: Id
    offer: Id
    questions: list[Word] = Field(
        default=[], max_length=50, description="The answers that the partner gets to know. Never about health."
    )
    sentence: Sentence = Field("", description="What is asked of the partner.")
    look_again: date | None = None


class MoveReferralIn(In):
    """What became of it. With `ask` the person gets the question in their chat, with all that would be sent."""

    change: Change
    reason: Reason | None = Field(None, description="With `refuse`, `turn_down` and `withdraw`.")
    spoken: bool = Field(False, description="With `agree`: the person said yes by word of mouth.")
    aware: bool = Field(False, description="With `agree`: they know what the name says about them.")
    look_again: date | None = None
