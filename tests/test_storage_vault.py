"""The vault opens what it sealed, at its own place only, with old secrets too."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from storage.insert import insert_new
from storage.ledger import Ledger
from storage.rewrap import rewrap
from storage.tables import Person
from storage.vault import Key, SealBroken, Vault

OLD, NEW = "o" * 32, "n" * 32
NOW = datetime(2027, 3, 24, 9, 0, tzinfo=UTC)


@given(data=st.binary(max_size=300), about=st.text(max_size=50))
def test_what_is_sealed_opens_at_its_own_place_only(data: bytes, about: str) -> None:
    key = Vault([NEW]).house
    sealed = key.seal(data, about)
    assert key.open(sealed, about) == data
    with pytest.raises(SealBroken):
        key.open(sealed, about + "x")


@given(place=st.integers(min_value=0, max_value=49), change=st.integers(min_value=1, max_value=255))
def test_one_changed_byte_breaks_the_seal(place: int, change: int) -> None:
    key = Vault([NEW]).house
    sealed = bytearray(key.seal(b"eighteen bytes now", "log|1|1"))
    sealed[place] ^= change
    with pytest.raises(SealBroken):
        key.open(bytes(sealed), "log|1|1")


@given(junk=st.binary(max_size=40))
def test_junk_breaks_the_seal(junk: bytes) -> None:
    with pytest.raises(SealBroken):
        Vault([NEW]).house.open(junk, "log|1|1")


def test_two_seals_of_the_same_words_differ() -> None:
    key = Vault([NEW]).house
    assert key.seal(b"yes", "log|1|1") != key.seal(b"yes", "log|1|1")


def test_the_key_of_one_person_opens_nothing_of_another() -> None:
    vault = Vault([NEW])
    (_, an), (_, bo) = vault.new_key(), vault.new_key()
    with pytest.raises(SealBroken):
        bo.open(an.seal(b"secret", "case|1"), "case|1")


def test_a_new_secret_still_opens_what_the_old_one_sealed() -> None:
    old, both, new = Vault([OLD]), Vault([NEW, OLD]), Vault([NEW])
    wrapped, key = old.new_key()
    sealed, kept = key.seal(b"hello", "case|1"), old.house.seal(b"house", "outgoing|1")
    assert both.open_key(wrapped).open(sealed, "case|1") == b"hello"
    assert both.house.open(kept, "outgoing|1") == b"house"
    with pytest.raises(SealBroken):
        new.open_key(wrapped)


def test_derived_bytes_belong_to_one_purpose_and_one_secret() -> None:
    vault = Vault([NEW, OLD])
    assert vault.derive("taps") == vault.derived("taps")[0] == Vault([NEW]).derive("taps")
    assert vault.derived("taps")[1] == Vault([OLD]).derive("taps")
    assert vault.derive("taps") != vault.derive("links")
    assert len(vault.derive("taps")) == 32


@pytest.mark.parametrize("secrets", [[], ["short"], [NEW, "short"]])
def test_a_short_secret_is_refused_with_the_remedy(secrets: list[str]) -> None:
    with pytest.raises(ValueError, match="openssl rand"):
        Vault(secrets)


async def test_after_rewrapping_the_old_secret_can_go(ledger: Ledger) -> None:
    keys: dict[str, tuple[bytes, Key]] = {f"p{number}": Vault([OLD]).new_key() for number in range(5)}
    both = Vault([NEW, OLD])

    def add(session: Session) -> None:
        for name, (wrapped, _) in keys.items():
            insert_new(
                session,
                Person,
                id=name,
                organisation="demo",
                language="nl",
                wrapped_key=wrapped,
                created_at=NOW,
            )

    await ledger.write(add)
    after: str | None = ""
    while after is not None:
        after = await ledger.write(lambda session, start=after: rewrap(session, both, start, limit=2))
    for name, (_, key) in keys.items():
        person = await ledger.read(lambda session, name=name: session.get(Person, name))
        assert person is not None
        reopened = Vault([NEW]).open_key(person.wrapped_key)
        assert reopened.open(key.seal(b"hello", "case|1"), "case|1") == b"hello"
