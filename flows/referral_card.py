"""A referral as the person is asked about it: to whom, for what, and every word that would be sent."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ReferralCard:
    """``title`` is in the person's language, the ``lines`` and the ``sentence`` as they would be sent. ``named`` is the
    name that says something about who goes there, if one does. A ``hidden`` one may not be shown at this channel."""

    id: str
    title: str
    partner: str = ""
    lines: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    sentence: str = field(default="", repr=False)
    named: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class ReferralStanding:
    """How a referral stands for the person (``flows.how_it_stands``); nothing else is said of a ``hidden`` one."""

    state: str
    title: str = ""
    partner: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class ReferralsFound:
    """Those of the person, the newest first. ``beside``: they are told with other things; ``news``: each as news."""

    standings: tuple[ReferralStanding, ...]
    beside: bool = False
    news: bool = False


@dataclass(frozen=True, slots=True)
class ReferralAnswered:
    """What came of a button about a referral; without a ``card`` it is no longer there.

    ``came``: ``asked`` (it is shown in full), ``sure`` (its name says something: asked once more), ``agreed``,
    ``refused``; ``was_agreed`` and ``was_refused`` for who answers again; ``too_late`` for a no after it was sent;
    ``over``: nobody needs an answer any more.
    """

    came: str
    card: ReferralCard | None = None
