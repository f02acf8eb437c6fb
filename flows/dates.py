"""Moments in words, as people say them in each language: "dinsdag 30 maart om 10 uur"."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

_LONG = {"nl": "EEEE d MMMM 'om' {time}", "fr": "EEEE d MMMM 'à' {time}", "en": "EEEE d MMMM 'at' {time}"}
_SHORT = {"nl": "EEEEEE d MMM, {time}", "fr": "EEE d MMM, {time}", "en": "EEE d MMM, {time}"}
_HOUR = {"nl": "H 'uur'", "fr": "H 'heures'", "en": "H:mm"}
_MINUTES = {"nl": "H.mm 'uur'", "fr": "H 'h' mm", "en": "H:mm"}
_SHORT_HOUR = {"nl": "H 'uur'", "fr": "H 'h'", "en": "H:mm"}
_SHORT_MINUTES = {"nl": "H.mm", "fr": "H'h'mm", "en": "H:mm"}


def long_date(moment: datetime, language: str, zone: ZoneInfo) -> str:
    """The day with its name, the month and the hour, in the zone of the place."""
    return _format(moment.astimezone(zone), language, _LONG, (_HOUR, _MINUTES))


def short_date(moment: datetime, language: str, zone: ZoneInfo) -> str:
    """The same in at most 20 characters, for a button."""
    return _format(moment.astimezone(zone), language, _SHORT, (_SHORT_HOUR, _SHORT_MINUTES)).replace(".,", ",")


def day_and_month(day: date, language: str) -> str:
    """The day without its name or an hour: "12 april"."""
    first = language == "fr" and day.day == 1
    return format_date(day, "d'er' MMMM" if first else "d MMMM", locale=language)


def clock_time(moment: datetime, language: str, zone: ZoneInfo) -> str:
    """Only the hour, in the zone of the place."""
    local = moment.astimezone(zone)
    return format_datetime(local, (_MINUTES if local.minute else _HOUR)[language], locale=language)


def _format(local: datetime, language: str, shape: dict[str, str], times: tuple[dict[str, str], dict[str, str]]) -> str:
    pattern = shape[language].format(time=times[1 if local.minute else 0][language])
    if language == "fr" and local.day == 1:
        pattern = pattern.replace(" d ", " d'er' ")
    return _written(local.replace(tzinfo=None), pattern, language)


@lru_cache(maxsize=4096)
def _written(local: datetime, pattern: str, language: str) -> str:
    """Without a zone: the same moment in two zones is equal, and is not written the same. Everybody is shown the same
    free times, and each takes a tenth of a millisecond to write."""
    return format_datetime(local, pattern, locale=language)
