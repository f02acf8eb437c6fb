"""The one question that we ask a CalDAV server (RFC 4791): which events are there between two moments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from xml.etree import ElementTree

METHOD = "REPORT"
HEADERS: Mapping[str, str] = {"Depth": "1", "Content-Type": "application/xml; charset=utf-8"}
_QUERY = """<?xml version="1.0" encoding="utf-8"?>
<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
  <D:prop><C:calendar-data/></D:prop>
  <C:filter>
    <C:comp-filter name="VCALENDAR">
      <C:comp-filter name="VEVENT"><C:time-range start="{start}" end="{end}"/></C:comp-filter>
    </C:comp-filter>
  </C:filter>
</C:calendar-query>
"""
_ANSWER = "{DAV:}multistatus"
_EVENT = "{urn:ietf:params:xml:ns:caldav}calendar-data"


class NoAnswer(ValueError):
    """What came back is no answer to the question."""


def question(start: datetime, end: datetime) -> bytes:
    return _QUERY.format(start=_moment(start), end=_moment(end)).encode()


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def events_in(answer: bytes) -> list[bytes]:
    """Each event with its repeats, as a calendar of its own. Raises ``NoAnswer``."""
    if b"<!doctype" in answer.lower():  # nothing that could grow while it is read
        raise NoAnswer
    try:
        root = ElementTree.fromstring(answer)  # noqa: S314
    except (ElementTree.ParseError, ValueError):
        raise NoAnswer from None
    if root.tag != _ANSWER:
        raise NoAnswer
    return [(event.text or "").encode() for event in root.iter(_EVENT)]
