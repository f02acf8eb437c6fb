"""Parses the JSON of an update, including the half characters that some phones' keyboards produce."""

from __future__ import annotations

import json
from typing import Any

import orjson


def parse(body: bytes) -> dict[str, Any]:
    """Raises ``ValueError`` for what is no JSON object. A lone surrogate, which no database takes, becomes ``?``."""
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError:
        data = _with_half_characters(body)
    if not isinstance(data, dict):
        raise ValueError("not an object")
    return data


def _with_half_characters(body: bytes) -> Any:
    try:
        text = json.dumps(json.loads(body), ensure_ascii=False)
    except RecursionError:
        raise ValueError("too deep") from None
    return orjson.loads(text.encode("utf-8", "replace"))
