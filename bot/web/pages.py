"""Renders the pages from Jinja templates; whatever is put into one is escaped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import web
from babel import Locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from browser.assets import Assets
from flows.french_signs import keep_together

Translate = Callable[[str, str], str]
"""From the English source and a language to the text in that language."""

ASSETS = Assets(Path(__file__).parent / "static", "/static/chat/")
_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    finalize=lambda value: keep_together(value) if type(value) is str else value,
)


def render(template: str, language: str, **values: Any) -> web.Response:
    html = _PAGES.get_template(template).render(language=language, asset=ASSETS.url, **values)
    return web.Response(text=html, content_type="text/html")


def language_name(language: str) -> str:
    """What speakers of a language call it, as it stands in a sentence: ``Nederlands``, ``français``."""
    return Locale.parse(language).get_language_name(language) or language
