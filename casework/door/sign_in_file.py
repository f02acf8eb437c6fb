"""How staff of an organisation sign in, as its file says it: a second factor, a sign-in of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic.dataclasses import dataclass

from casework.hours.notation import Service, misread

STRICT = ConfigDict(extra="forbid", defer_build=True)
SecondFactor: TypeAlias = Literal["optional", "required"]
Flaw: TypeAlias = tuple[tuple[str, ...], str, str]
"""Where in the organisation's file, what is wrong there, and what to do."""


def _read_email(written: Any) -> Any:
    if not isinstance(written, str):
        return written
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", written):
        raise misread(f"'{written[:40]}' is no e-mail address", "write it as an@example.org")
    return written.casefold()


Email: TypeAlias = Annotated[str, BeforeValidator(_read_email)]


@dataclass(frozen=True, slots=True, config=STRICT)
class Provider:
    """The organisation's own sign-in, by OpenID Connect. ``name`` stands on the button.

    ``asks_second_factor``: it asks for one itself, so that we do not. The secret that it knows us by is a setting.
    """

    name: Annotated[str, Field(min_length=1, max_length=40)]
    issuer: Service
    client_id: Annotated[str, Field(min_length=1)]
    asks_second_factor: bool = False


@dataclass(frozen=True, slots=True, config=STRICT)
class SignIn:
    """With ``second_factor: required`` nobody works without one: it is set up at the next sign-in."""

    second_factor: SecondFactor = "optional"
    provider: Provider | None = None


def flaws(emails: Mapping[str, str | None]) -> Iterator[Flaw]:
    """``emails`` by coach: by one of them an account is found, so no two may have the same."""
    seen: dict[str, str] = {}
    for coach, email in emails.items():
        if email and seen.setdefault(email, coach) != coach:
            yield ("coaches", coach, "email"), f"{seen[email]} has the same one", "give each their own, or none"
