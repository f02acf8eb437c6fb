"""What a button carries over the wire: the tap in plain ASCII behind a signature bound to its chat and its flow."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from urllib.parse import quote, unquote

from flows.heard import COMMAND, Tap

LONGEST = 64
_SIGNATURE_BYTES = 8
_SIGNATURE_CHARS = 11
_PLAIN = "!~=+-><.,;@*()|/ "


class Taps:
    """A token is worth nothing outside its ``place``: ``organisation/channel/address``.

    ``flows`` has the flow of each organisation. A button of a question is worth nothing in another flow either: there
    the same id may ask something else. Commands, and buttons about a visit or the person, stay good in every flow.
    """

    def __init__(self, secret: bytes, flows: Mapping[str, str] | None = None) -> None:
        self._keyed = hmac.new(secret, digestmod=sha256)
        self._flows = flows or {}

    def token(self, place: str, tap: Tap) -> str:
        """At most 64 bytes of ASCII. A tap that does not fit raises ``ValueError``."""
        text = _written(tap)
        if _SIGNATURE_CHARS + len(text) > LONGEST:
            raise ValueError(
                f"button of question {tap.question!r}: the option's id is too long for a button"
                f" ({len(text)} of {LONGEST - _SIGNATURE_CHARS} bytes); shorten the id"
            )
        return self._signature(place, text) + text

    def read(self, place: str, token: str) -> Tap | None:
        """The tap, or ``None`` for a token that was not made here for this place."""
        signature, text = token[:_SIGNATURE_CHARS], token[_SIGNATURE_CHARS:]
        if not token.isascii() or not hmac.compare_digest(signature, self._signature(place, text)):
            return None
        question, _, option = text.partition(":")
        return Tap(unquote(question), unquote(option))

    def _signature(self, place: str, text: str) -> str:
        keyed = self._keyed.copy()
        keyed.update(f"{place}\0{self._flow(place, text)}\0{text}".encode("utf-8", "surrogatepass"))
        return urlsafe_b64encode(keyed.digest()[:_SIGNATURE_BYTES])[:_SIGNATURE_CHARS].decode()

    def _flow(self, place: str, text: str) -> str:
        question, organisation = text.partition(":")[0], place.partition("/")[0]
        return "" if question.startswith(COMMAND) else self._flows.get(organisation, "")


@lru_cache(maxsize=4096)
def _written(tap: Tap) -> str:
    return f"{quote(tap.question, safe=_PLAIN)}:{quote(tap.option, safe=_PLAIN + ':')}"
