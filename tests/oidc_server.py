"""A real OpenID Connect provider for the length of a test: authlib's own, with its own keys, and able to misbehave."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from aiohttp import web
from authlib.oauth2.rfc6749 import AuthorizationServer, OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6749.models import AuthorizationCodeMixin, ClientMixin
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.grants import OpenIDCode
from joserfc.jwk import KeySet, RSAKey

from tests.local_server import LocalServer

CLIENT, SECRET = "opstap", "a secret of two: us & them+/="


@cache
def new_key(name: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig"})


@dataclass
class Worker:
    """Somebody who is signed in at the provider."""

    subject: str = "u-greet"
    email: str = "greet@example.org"
    verified: object = True


@dataclass
class Lies:
    """What the provider does wrong. ``claims`` go into the ID token instead of the true ones."""

    claims: dict[str, Any] = field(default_factory=dict)
    unsigned: bool = False
    other_key: bool = False
    down: bool = False
    answer: dict[str, str] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)


@dataclass
class Code(AuthorizationCodeMixin):  # type: ignore[misc]  # authlib is not typed
    code: str
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str
    user: Worker

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> None: ...

    def get_acr(self) -> None: ...

    def get_amr(self) -> list[str]:
        return ["pwd"]


class RelyingParty(ClientMixin):  # type: ignore[misc]
    def __init__(self, provider: OidcServer) -> None:
        self.provider = provider

    @property
    def id_token_signed_response_alg(self) -> str:
        return "none" if self.provider.lies.unsigned else "RS256"

    def get_client_id(self) -> str:
        return CLIENT

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.provider.back

    def check_client_secret(self, secret: str) -> bool:
        return secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


class Grant(AuthorizationCodeGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        data = request.payload.data
        self.server.provider.codes[code] = Code(
            code,
            request.payload.redirect_uri,
            request.scope,
            data["nonce"],
            data["code_challenge"],
            data["code_challenge_method"],
            request.user,
        )

    def query_authorization_code(self, code: str, client: RelyingParty) -> Code | None:
        found: Code | None = self.server.provider.codes.get(code)
        return found

    def delete_authorization_code(self, code: Code) -> None:
        del self.server.provider.codes[code.code]

    def authenticate_user(self, code: Code) -> Worker:
        return code.user


class IdToken(OpenIDCode):  # type: ignore[misc]
    def __init__(self, provider: OidcServer) -> None:
        super().__init__(require_nonce=True)
        self.provider = provider

    def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:
        return nonce in self.provider.nonces

    def resolve_client_private_key(self, client: RelyingParty) -> RSAKey:
        return new_key("other" if self.provider.lies.other_key else "own")

    def get_client_claims(self, client: RelyingParty) -> dict[str, Any]:
        now = self.provider.now()
        return {"iss": self.provider.url, "iat": int(now.timestamp()), "exp": int((now + LASTS).timestamp())}

    def get_encode_header(self, client: RelyingParty) -> dict[str, str]:
        """It always says that it is the published key."""
        return {"alg": self.get_client_algorithm(client), "kid": "own"}

    def generate_user_info(self, user: Worker, scope: str) -> dict[str, Any]:
        true = {"sub": user.subject, "email": user.email, "email_verified": user.verified}
        return {**true, **self.provider.lies.claims}

    def encode_id_token(self, token: dict[str, Any], request: OAuth2Request) -> str:
        self.provider.nonces.add(request.authorization_code.nonce)
        if not self.provider.lies.unsigned:
            return str(super().encode_id_token(token, request))
        claims = {**self.get_compatible_claims(request), "nonce": request.authorization_code.nonce}
        claims.update(self.generate_user_info(request.user, token["scope"]))
        return f"{base64url(json.dumps({'alg': 'none'}))}.{base64url(json.dumps(claims))}."


LASTS = timedelta(minutes=5)


def base64url(text: str) -> str:
    from webauthn.helpers import bytes_to_base64url

    return bytes_to_base64url(text.encode())


class Server(AuthorizationServer):  # type: ignore[misc]
    def __init__(self, provider: OidcServer) -> None:
        super().__init__(["openid", "email"])
        self.provider = provider
        self.register_token_generator("default", BearerTokenGenerator(lambda **_: "access"))
        self.register_grant(Grant, [IdToken(provider), CodeChallenge(required=True)])

    def query_client(self, client_id: str) -> RelyingParty | None:
        return RelyingParty(self.provider) if client_id == CLIENT else None

    def save_token(self, token: dict[str, Any], request: OAuth2Request) -> None: ...

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None: ...

    def create_oauth2_request(self, request: OAuth2Request) -> OAuth2Request:
        return request

    def handle_response(self, status: int, body: Any, headers: list[tuple[str, str]]) -> web.Response:
        text = json.dumps(body) if isinstance(body, dict) else body
        return web.Response(status=status, text=text, headers=headers)


class Asked(OAuth2Request):  # type: ignore[misc]
    """authlib wants to see https; here the wire is our own machine."""

    def __init__(self, request: web.Request, form: dict[str, str]) -> None:
        super().__init__(request.method, f"https://provider.example{request.path_qs}", headers=request.headers)
        self.sent = form
        self.payload = BasicOAuth2Payload({**request.query, **form})

    @property
    def args(self) -> dict[str, str]:
        return dict(self.payload.data)

    @property
    def form(self) -> dict[str, str]:
        return self.sent


class OidcServer(LocalServer):
    """``back`` is the one address that it sends browsers to; ``worker`` is who sits there."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.back = ""
        self.worker = Worker()
        self.lies = Lies()
        self.codes: dict[str, Code] = {}
        self.nonces: set[str] = set()
        self.asked: list[str] = []

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        if self.lies.down:
            return web.Response(status=503)
        match request.path:
            case "/.well-known/openid-configuration":
                return web.json_response({**self.about(), **self.lies.about})
            case "/keys":
                return web.json_response(KeySet([new_key("own")]).as_dict(private=False))
            case "/authorize":
                return self._authorize(Asked(request, {}))
            case "/token":
                form = {name: str(value) for name, value in (await request.post()).items()}
                response: web.Response = Server(self).create_token_response(Asked(request, form))
                return response
        return web.Response(status=404)

    def about(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def _authorize(self, asked: Asked) -> web.Response:
        """Whoever comes is signed in already, and agrees."""
        server = Server(self)
        grant = server.get_consent_grant(asked, self.worker)
        response: web.Response = server.create_authorization_response(asked, self.worker, grant)
        for name, value in self.lies.answer.items():
            response.headers["Location"] += f"&{name}={value}"
        return response
