"""Settings from the environment, all beginning with ``OPSTAP_``."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.clock import Clock, parse_clock

TOKEN = re.compile(r"OPSTAP_TELEGRAM_TOKEN_([A-Z0-9_]+)")
AGENDAS = "OPSTAP_AGENDA_TOKEN_"
"""Before the organisation's id, as in the names of the bots' tokens."""
PROVIDERS = "OPSTAP_PROVIDER_SECRET_"
"""The same, for what the sign-in of an organisation knows us by; with ``FILE_`` it names a file."""
TOKEN_FORM = re.compile(r"\d+:[\w-]+")
T = TypeVar("T")


class BadSettings(Exception):
    """A setting that cannot be used: one line that names it and the remedy."""


class Settings(BaseSettings):
    """What may differ from one installation to the next. ``docs/running-it.md`` explains each."""

    model_config = SettingsConfigDict(env_prefix="OPSTAP_", extra="ignore", hide_input_in_errors=True)

    database_url: str = "sqlite:///data/opstap.sqlite"
    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8080, ge=1, le=65535)
    public_url: str = ""
    telegram_api: str = "https://api.telegram.org"
    secret_key: SecretStr = SecretStr("")
    clock: str = ""
    organisations: Path = Path("organisations")
    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_username: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_from: str = ""
    proxies: str = ""
    calendar_networks: str = ""
    calendar_password: SecretStr = SecretStr("")

    @field_validator("clock")
    @classmethod
    def _clock_can_be_read(cls, value: str) -> str:
        if value:
            parse_clock(value)
        return value

    @field_validator("public_url")
    @classmethod
    def _public_url_is_https(cls, value: str) -> str:
        local = re.fullmatch(r"http://(localhost|127\.0\.0\.1)(:\d+)?/?", value)
        if value and not local and not re.fullmatch(r"https://[A-Za-z0-9][A-Za-z0-9.-]*(:\d+)?/?", value):
            raise ValueError("write it as https://opstap.example.org, with nothing behind it")
        _look_at_port(value)
        return value.rstrip("/")

    @field_validator("telegram_api")
    @classmethod
    def _telegram_api_is_an_address(cls, value: str) -> str:
        if not re.fullmatch(r"https?://[^/\s?#]+(/[^\s?#]*)?", value):
            raise ValueError("write it as https://api.telegram.org")
        _look_at_port(value)
        return value

    @field_validator("smtp_from")
    @classmethod
    def _smtp_from_is_an_address(cls, value: str) -> str:
        if value and not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+|[^<>\r\n]+ <[^@\s<>]+@[^@\s<>]+>", value):
            raise ValueError("write an address such as opstap@example.org")
        return value

    @field_validator("calendar_networks", "proxies")
    @classmethod
    def _networks_can_be_read(cls, value: str) -> str:
        _networks(value)
        return value

    @property
    def networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Where a calendar elsewhere may be although the address is not public."""
        return _networks(self.calendar_networks)

    @property
    def in_front(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Where web servers of our own stand, which may say who comes."""
        return _networks(self.proxies)

    @property
    def secure(self) -> bool:
        """Whether browsers reach us by https, so that cookies can insist on it."""
        return self.public_url.startswith("https://")

    def make_clock(self) -> Clock:
        return parse_clock(self.clock) if self.clock else Clock()


def _look_at_port(address: str) -> None:
    """Raises ``ValueError`` for one that there cannot be."""
    if urlsplit(address).port == 0:
        raise ValueError("there is no port 0")


def _networks(value: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(part.strip()) for part in value.split(",") if part.strip())
    except ValueError:
        raise ValueError("write networks as 10.20.0.0/16, with commas between them") from None


KNOWN = {f"OPSTAP_{name.upper()}" for name in Settings.model_fields} | {
    "OPSTAP_REQUIRE_BROWSER",
    "OPSTAP_REQUIRE_VOICE",
}


def read_settings() -> Settings:
    """The settings, or ``BadSettings`` for the first that is unknown or wrong."""
    for name in os.environ:
        known = name in KNOWN or TOKEN.fullmatch(name) or name.startswith((AGENDAS, PROVIDERS))
        if name.startswith("OPSTAP_") and not known:
            raise BadSettings(f"{name}: there is no such setting. Take it out; docs/running-it.md lists them all.")
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        name = f"OPSTAP_{str(first['loc'][0]).upper()}"
        raise BadSettings(
            f"{name}: {_plainly(first['msg'])}. Mend it or unset it; docs/running-it.md has examples."
        ) from None


def _plainly(message: str) -> str:
    """What pydantic says, without its own words around ours."""
    return message.removeprefix("Value error, ")


def telegram_tokens(
    organisations: Collection[str], environment: Mapping[str, str] = os.environ
) -> dict[str, SecretStr]:
    """The bots' tokens by organisation id, from ``OPSTAP_TELEGRAM_TOKEN_<ORGANISATION>``."""
    tokens: dict[str, SecretStr] = {}
    for name, value in environment.items():
        match = TOKEN.fullmatch(name)
        if match and value:
            organisation = match[1].lower().replace("_", "-")
            if organisation not in organisations:
                known = ", ".join(organisations)
                raise BadSettings(f"{name}: there is no organisation {organisation}. Known: {known}.")
            if not TOKEN_FORM.fullmatch(value):
                raise BadSettings(f"{name}: this is no token. Copy the one of @BotFather, such as 123456:AAE...")
            if other := next((one for one, token in tokens.items() if token.get_secret_value() == value), None):
                raise BadSettings(f"{name}: {other} has this token already. Give each organisation a bot of its own.")
            tokens[organisation] = SecretStr(value)
    return tokens


def look_up(id: str | None, organisations: Mapping[str, T]) -> T:
    """The organisation that a caller named; the first where none was. Raises ``BadSettings`` with those that there
    are."""
    id = id or next(iter(organisations))
    if id not in organisations:
        raise BadSettings(f"there is no organisation {id}. Known: {', '.join(organisations)}.")
    return organisations[id]
