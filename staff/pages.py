"""Draws the console's pages: templates, texts in the reader's language, days and times as people say them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import web
from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from jinja2 import Environment, PackageLoader, StrictUndefined

from browser.assets import Assets
from casework.door.accounts import LANGUAGES, Account
from casework.door.rights import may
from casework.house.organisation import Organisation
from flows.french_signs import colon, keep_together
from staff.cookie import TOKEN, form_token, send_token
from staff.door import SIGNED_IN
from staff.office import OFFICE

TEMPLATES = Environment(
    loader=PackageLoader("staff"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
ASSETS = Assets(Path(__file__).with_name("static"), "/staff/static/")
BRUSSELS = "Europe/Brussels"
KILO, MEGA = 1000, 1000 * 1000
LONG, SHORT = "EEEE d MMMM y", "EEE d MMM y"


def language_of(request: web.Request) -> str:
    """Who is signed in has a language; a guest chooses one, or the browser says it; else Dutch."""
    account: Account | None = request.get(SIGNED_IN)
    if account is not None:
        return account.language
    accepted = request.headers.get("Accept-Language", "")
    wanted = (request.query.get("language", ""), *(part.strip()[:2].lower() for part in accepted.split(",")))
    return next((language for language in wanted if language in LANGUAGES), LANGUAGES[0])


def page(request: web.Request, template: str, status: int = 200, **values: Any) -> web.Response:
    """The page with what every page has: language, who is signed in, addresses, the form's token."""
    html = TEMPLATES.get_template(template).render({**_everywhere(request), **values})
    return web.Response(text=html, content_type="text/html", status=status)


def warm_up() -> None:
    """Compile every page: of the largest that takes half a second, in which nobody else would be answered."""
    for name in TEMPLATES.list_templates():
        TEMPLATES.get_template(name)


def say(request: web.Request, source: str) -> str:
    """A text of ours in the reader's language."""
    language = language_of(request)
    text = request.config_dict[OFFICE].briefing.wording.translate(source, language)
    return keep_together(text) if language == "fr" else text


def address(request: web.Request, name: str, **parts: str) -> str:
    """The address of a page by its name, wherever the console is mounted."""
    return str(request.app.router[name].url_for(**parts))


def here(request: web.Request) -> str:
    """The address of this very page, without the note that a form left behind."""
    asked = {name: value for name, value in request.query.items() if name != "note"}
    return f"{request.path}?{urlencode(asked)}" if asked else request.path


def is_renewal(request: web.Request) -> bool:
    """Whether an open page renews itself; see ``staff/static/live.js``. Such a reading is no new one."""
    return request.headers.get("HX-Request") == "true"


def onward(request: web.Request, where: str, token: str | None = None) -> web.HTTPSeeOther:
    """Sends the browser on, so that a reload repeats nothing; with a new ``token`` if it signed in."""
    answer = web.HTTPSeeOther(where)
    if token is not None:
        send_token(request, answer, token)
    return answer


def _everywhere(request: web.Request) -> Mapping[str, Any]:
    language = language_of(request)
    account = request.get(SIGNED_IN)
    organisation = request.config_dict[OFFICE].organisations[account.organisation] if account else None
    zone = ZoneInfo(organisation.zone if organisation else BRUSSELS)
    return {
        "_": partial(say, request),
        "url": partial(address, request),
        "asset": ASSETS.url,
        "path": request.path,
        "here": here(request),
        "day_and_time": partial(day_and_time, language=language, zone=zone),
        "short_day_and_time": partial(day_and_time, language=language, zone=zone, pattern=SHORT),
        "language_name": partial(language_name, language=language),
        "language": language,
        "colon": colon(language),
        "languages": {code: language_name(code, code) for code in LANGUAGES},
        "account": account,
        "can": partial(may, account) if account else None,
        "long_day": partial(long_day, language=language, zone=zone),
        "long_date": partial(long_date, language=language),
        "month_name": partial(month_name, language=language),
        "euros": partial(euros, language=language),
        "file_size": partial(file_size, language=language),
        "clock": partial(clock, language=language, zone=zone),
        "organisation": organisation,
        "form_token": form_token(request[TOKEN]),
        "law_title": partial(law_title, organisation, language) if organisation else None,
        "fills_in": request.config_dict[OFFICE].fills_in is not None,
    }


def day_and_time(moment: datetime, language: str, zone: ZoneInfo, pattern: str = LONG) -> str:
    """The moment on the clock of the organisation, such as "dinsdag 30 maart 2027, 10:00"."""
    local = moment.astimezone(zone)
    return f"{in_words(local, pattern, language)}, {format_time(local, 'HH:mm', locale=language)}"


def long_day(moment: datetime, language: str, zone: ZoneInfo) -> str:
    """The day alone, such as "dinsdag 30 maart 2027"."""
    return in_words(moment.astimezone(zone), LONG, language)


def long_date(day: date, language: str) -> str:
    """A day of the calendar, such as "dinsdag 30 maart 2027"."""
    return in_words(day, LONG, language)


def in_words(day: date, pattern: str, language: str) -> str:
    """A day as it is said: in French the first of a month is "1er"."""
    first = language == "fr" and day.day == 1
    return format_date(day, pattern.replace("d", "d'er'") if first else pattern, locale=language)


def month_name(day: date, language: str) -> str:
    """Such as "maart 2027"."""
    return format_date(day, "LLLL y", locale=language)


def euros(amount: int, language: str) -> str:
    """Whole euros, such as "€ 15.000"."""
    number = format_decimal(amount, locale=language)
    return f"{number}\N{NO-BREAK SPACE}€" if language == "fr" else f"€\N{NO-BREAK SPACE}{number}"


def law_title(organisation: Organisation, language: str, rule: str) -> str:
    """What a rule of law is called, such as that of chores; its short name where the house does not have it."""
    found = organisation.rules.get(rule)
    return found.title[language] if found and language in found.title else rule


def file_size(size: int, language: str) -> str:
    """Such as "1,4 MB"; small files are told in kB."""
    large = size >= MEGA / 10
    number = max(size / (MEGA if large else KILO), 0.1 if large else 1)
    return f"{format_decimal(round(number, 1 if large else 0), locale=language)} {'MB' if large else 'kB'}"


def clock(moment: datetime, language: str, zone: ZoneInfo) -> str:
    """The time of day alone, such as "10:00"."""
    return format_time(moment.astimezone(zone), "HH:mm", locale=language)


def language_name(code: str, language: str) -> str:
    return Locale.parse(code).get_display_name(language) or code
