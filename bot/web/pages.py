"""Renders the pages from Jinja templates; whatever is put into one is escaped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import web
from babel import Locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from phonenumbers import PhoneNumberFormat, PhoneNumberMatcher, format_number

from browser.assets import Assets
from flows.french_signs import keep_together

Translate = Callable[[str, str], str]
"""From the English source and a language to the text in that language."""

_CALL = Markup('<a href="tel:{}">{}</a>')
ASSETS = Assets(Path(__file__).parent / "static", "/static/chat/")
_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    finalize=lambda value: keep_together(value) if type(value) is str else value,
)


def to_call(text: str) -> Markup:
    """The text, its phone numbers as links that call them."""
    parts, done, whole = Markup(), 0, keep_together(text)
    for found in PhoneNumberMatcher(whole, "BE"):
        number = format_number(found.number, PhoneNumberFormat.E164)
        parts += escape(whole[done : found.start]) + _CALL.format(number, found.raw_string)
        done = found.end
    return parts + escape(whole[done:])


_PAGES.filters["to_call"] = to_call


def render(template: str, language: str, **values: Any) -> web.Response:
    """The page, compressed for who can read that: on none of ours is a secret that its size could tell."""
    html = _PAGES.get_template(template).render(language=language, asset=ASSETS.url, **values)
    response = web.Response(text=html, content_type="text/html")
    response.enable_compression()
    return response


def language_name(language: str) -> str:
    """What speakers of a language call it, as it stands in a sentence: ``Nederlands``, ``français``."""
    return Locale.parse(language).get_language_name(language) or language
