"""Talks with an organisation's own sign-in (OpenID Connect): authorization code, PKCE, state, nonce, a signed ID token.

Nothing here comes from a visitor but the code and the state: where to ask stands in the organisation's file, and what
that place says about itself must be about itself.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import aiohttp
import orjson
from pydantic import SecretStr
from yarl import URL

from casework.door.outside_identity import Somebody
from casework.door.sign_in_file import Provider

SECONDS = 10.0
LARGEST = 2**20
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""By a key that only the provider has. Unsigned, or signed with the secret that we share, is not believed."""
CLOCKS_DIFFER = 60
SCOPE = "openid email"


class ProviderAway(Exception):
    """It does not answer, or not as a provider does."""


class NotBelieved(Exception):
    """What came back proves nothing. ``str`` says why in a word, for the log."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What we asked with, to be kept here until the browser comes back. ``staff_id`` ties who is signed in already."""

    organisation: str
    state: str
    nonce: str
    verifier: str
    staff_id: str = ""

    @classmethod
    def fresh(cls, organisation: str, staff_id: str = "") -> Begun:
        state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
        return cls(organisation, state, nonce, verifier, staff_id)

    def as_json(self) -> bytes:
        return orjson.dumps(asdict(self))


@dataclass(frozen=True, slots=True)
class Client:
    """We, as one provider knows us. ``back`` is the address that it sends browsers back to."""

    provider: Provider
    secret: SecretStr
    back: str


async def way_there(client: Client, begun: Begun) -> str:
    """The address that the browser goes to. Raises ``ProviderAway``."""
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    about = await _about(client.provider)
    return str(
        prepare_grant_uri(
            about["authorization_endpoint"],
            client.provider.client_id,
            "code",
            redirect_uri=client.back,
            scope=SCOPE,
            state=begun.state,
            nonce=begun.nonce,
            code_challenge=create_s256_code_challenge(begun.verifier),
            code_challenge_method="S256",
        )
    )


async def who_came_back(client: Client, begun: Begun, query: Mapping[str, str], now: datetime) -> Somebody:
    """Raises ``ProviderAway`` or ``NotBelieved``."""
    if not hmac.compare_digest(query.get("state", "").encode("utf-8", "replace"), begun.state.encode()):
        raise NotBelieved("state")
    if query.get("iss", client.provider.issuer) != client.provider.issuer:
        raise NotBelieved("issuer of the answer")
    if "code" not in query:
        raise NotBelieved("no code")
    about = await _about(client.provider)
    tokens = await _redeemed(client, about, begun, query["code"])
    keys = await _asked("GET", _endpoint(about, "jwks_uri"))
    return _believed(client.provider, begun, tokens, keys, now)


def _believed(
    provider: Provider, begun: Begun, tokens: Mapping[str, Any], keys: Mapping[str, Any], now: datetime
) -> Somebody:
    """Who the ID token says it is, if its signature and every claim hold."""
    from authlib.oidc.core import CodeIDToken
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    try:
        token = jwt.decode(str(tokens["id_token"]), KeySet.import_key_set({"keys": list(keys["keys"])}), ALGORITHMS)
        options = {"iss": {"essential": True, "value": provider.issuer}, "aud": {"value": provider.client_id}}
        params = {"nonce": begun.nonce, "client_id": provider.client_id, "access_token": tokens.get("access_token")}
        claims = CodeIDToken(token.claims, token.header, options, params)
        claims.validate(int(now.timestamp()), CLOCKS_DIFFER)
    except (JoseError, KeyError, ValueError, TypeError) as problem:
        raise NotBelieved(type(problem).__name__) from None
    email = claims.get("email") if claims.get("email_verified") is True else None
    return Somebody(provider.issuer, str(claims["sub"]), email if isinstance(email, str) else None)


async def _redeemed(client: Client, about: Mapping[str, Any], begun: Begun, code: str) -> Mapping[str, Any]:
    """The tokens for the code, which the provider gives once, and only to who has the verifier and the secret."""
    from authlib.oauth2.auth import ClientAuth
    from authlib.oauth2.rfc6749.parameters import prepare_token_request

    known = about.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    method = "client_secret_basic" if "client_secret_basic" in known else "client_secret_post"
    where, secret = _endpoint(about, "token_endpoint"), client.secret.get_secret_value()
    body = prepare_token_request(
        "authorization_code", "", redirect_uri=client.back, code=code, code_verifier=begun.verifier
    )
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    auth = ClientAuth(client.provider.client_id, secret, method)
    where, headers, body = auth.prepare("POST", where, headers, body)
    return await _asked("POST", where, headers, body)


async def _about(provider: Provider) -> Mapping[str, Any]:
    """What the provider publishes about itself; it must name the issuer that the file names."""
    about = await _asked("GET", f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if about.get("issuer") != provider.issuer:
        raise ProviderAway("it calls itself otherwise")
    _endpoint(about, "authorization_endpoint")
    return about


def _endpoint(about: Mapping[str, Any], name: str) -> str:
    """An address of the provider: by https, unless the provider itself is on this machine."""
    where, issuer = URL(str(about.get(name, ""))), URL(str(about["issuer"]))
    if not where.absolute or (where.scheme != "https" and where.origin() != issuer.origin()):
        raise ProviderAway(f"its {name} is not safe")
    return str(where)


async def _asked(
    method: str, where: str, headers: Mapping[str, str] | None = None, body: str | None = None
) -> Mapping[str, Any]:
    """A JSON object, soon, of a reasonable size, from this very address. Raises ``ProviderAway``."""
    try:
        async with (
            asyncio.timeout(SECONDS),
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http,
            http.request(method, where, headers=headers, data=body, allow_redirects=False) as answer,
        ):
            if method == "POST" and answer.status in (400, 401):
                raise NotBelieved(f"token endpoint {answer.status}")
            if answer.status != 200:
                raise ProviderAway(f"it answers {answer.status}")
            found = orjson.loads(await _read(answer))
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as problem:
        raise ProviderAway(type(problem).__name__) from None
    if not isinstance(found, dict):
        raise ProviderAway("no JSON object")
    return found


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in answer.content.iter_chunked(2**16):
        body += chunk
        if len(body) > LARGEST:
            raise ProviderAway("too large")
    return bytes(body)
