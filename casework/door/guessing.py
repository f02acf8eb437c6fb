"""Slows down who guesses at the door: after a few tries each next one has to wait, longer and longer, up to a bound.

Tries are counted per account and per address of the network. A browser in which somebody has signed in before counts
for itself: a flood of guesses from elsewhere does not keep them out.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

from sqlalchemy import delete
from sqlmodel import Session, col

from storage.door_tables import SignInTries
from storage.insert import insert_new

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 15))
"""After the tries that are free. The last one is the longest that anybody ever waits."""
FORGOTTEN = timedelta(days=1)
FREE, FREE_ADDRESS = 5, 30
"""An address may be a whole office, so it has more."""
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Count:
    """What is counted together, by a hash that cannot be read back: tries at one account, or from one address."""

    key: str
    address: bool = False

    @property
    def free(self) -> int:
        return FREE_ADDRESS if self.address else FREE


@dataclass(frozen=True, slots=True)
class Source:
    """Where a try comes from: an address of the network, and the mark of a browser known for this account."""

    address: str
    known: str = ""


def counts(key: bytes, what: str, source: Source) -> tuple[Count, ...]:
    """Under what to count a try at ``what``, such as an account: a known browser by itself, others together."""
    if source.known:
        return (Count(_hidden(key, f"browser|{source.known}|{what}")),)
    shared = (Count(_hidden(key, what)), Count(_hidden(key, f"address|{_network(source.address)}"), address=True))
    return tuple(sorted(shared, key=lambda count: count.key))


def wait_after(tries: int, free: int) -> timedelta:
    """How long the next try has to wait after so many."""
    return WAITS[min(tries - free, len(WAITS) - 1)] if tries >= free else timedelta()


def take_try(session: Session, counted: Sequence[Count], now: datetime) -> timedelta | None:
    """Count a try before it is made, so that many at once count too; or count nothing and say how long to wait."""
    rows = [_row(session, count.key, now) for count in counted]
    waits = [row.closed_until - now for row in rows if row.closed_until > now]
    if waits:
        return max(waits)
    for row, count in zip(rows, counted, strict=True):
        row.tries = row.tries + 1 if now - row.last_at < FORGOTTEN else 1
        row.last_at, row.closed_until = now, now + wait_after(row.tries, count.free)
        session.add(row)
    return None


def give_back(session: Session, counted: Sequence[Count], now: datetime) -> None:
    """The try was right: those before it do not count for this account, and this one not for its address."""
    for count in counted:
        row = _row(session, count.key, now)
        row.tries = max(row.tries - 1, 0) if count.address else 0
        row.closed_until = NEVER
        session.add(row)


def sweep_tries(session: Session, now: datetime) -> None:
    session.connection().execute(delete(SignInTries).where(col(SignInTries.last_at) <= now - FORGOTTEN))


def _row(session: Session, key: str, now: datetime) -> SignInTries:
    """The row, held until the end of the transaction."""
    insert_new(session, SignInTries, key=key, last_at=now, closed_until=NEVER)
    return session.get_one(SignInTries, key, with_for_update=True)


def _hidden(key: bytes, what: str) -> str:
    return hmac.new(key, what.encode("utf-8", "surrogatepass"), sha256).hexdigest()


def _network(address: str) -> str:
    """One household or office has 2^64 addresses of the newer kind: they count as one."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    return str(IPv6Address(int(found) >> 64 << 64)) if isinstance(found, IPv6Address) else str(found)
