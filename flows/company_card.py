"""A company as somebody is asked about it who was at a session with it: may it call them?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CompanyCard:
    """``id`` is that of the question: one for each person and company."""

    id: str
    company: str


@dataclass(frozen=True, slots=True)
class CompanyAnswered:
    """What came of a button about a company, or of a number that was typed; no ``card``: it is no longer there.

    ``came``: ``later``, ``told`` (who gets what), ``number`` or ``name`` (not known yet), ``agreed``, ``refused``,
    ``over``. ``ends_in`` are the last digits of the number that the company gets, with a first name if ``named``.
    """

    came: str
    card: CompanyCard | None = None
    ends_in: str = ""
    named: bool = True


@dataclass(frozen=True, slots=True)
class CompaniesFound:
    """Those that may call the person, the longest since first."""

    cards: tuple[CompanyCard, ...]
