"""What docs/api.md says is so: its example verifies real deliveries, and its calls, events and scopes exist."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from casework.door.api_tokens import SCOPES
from casework.hooks.webhook_signing import new_secret, signed
from casework.hooks.webhooks import KINDS
from staff.api import OPERATIONS

TEXT = (Path(__file__).parents[1] / "docs" / "api.md").read_text("utf-8")


def example() -> Any:
    """The function of the page, as somebody would copy it."""
    code = re.search(r"```python\n(.*?)```", TEXT, re.S)
    assert code is not None
    names: dict[str, Any] = {}
    exec(code[1], names)
    return names["holds"]


def test_the_example_accepts_what_we_sign_and_nothing_else() -> None:
    holds, old, new = example(), new_secret(), new_secret()
    body = b'{"type": "case.offered"}'
    headers = signed((new, old), "msg_1", 1_805_880_000, body)
    assert holds(headers, body, new, now=1_805_880_010)
    assert holds(headers, body, old, now=1_805_880_010)
    assert not holds(headers, body, new_secret(), now=1_805_880_010)
    assert not holds(headers, body + b" ", new, now=1_805_880_010)
    assert not holds(headers, body, new, now=1_805_880_400)


def test_every_scope_and_every_event_stands_on_the_page() -> None:
    assert [scope for scope in SCOPES if f"`{scope}`" not in TEXT] == []
    row = TEXT.replace("`.", "`appointment.")
    assert [kind for kind in KINDS if f"`{kind}`" not in row] == []


def test_every_call_of_the_page_exists() -> None:
    known = {(operation.method, operation.path) for operation in OPERATIONS}
    named = re.findall(r"`(GET|POST|DELETE) (/[\w/{}]+)`", TEXT)
    assert len(named) > 5
    assert [call for call in named if call not in known] == []
