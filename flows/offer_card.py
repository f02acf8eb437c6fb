"""What a person is told of something in the catalogue that fits them, in their language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OfferCard:
    """``because`` are the questions whose answers speak for it; ``full``: there is a waiting list now."""

    id: str
    title: str
    about: str
    because: tuple[str, ...] = ()
    full: bool = False


@dataclass(frozen=True, slots=True)
class OffersFound:
    """What surely fits and may be said here, the best first: one at least."""

    offers: tuple[OfferCard, ...]


@dataclass(frozen=True, slots=True)
class OfferWished:
    """The coach will see that they want to know more of it; no ``card``: it is there for them no longer."""

    card: OfferCard | None
