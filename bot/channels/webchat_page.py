"""The pages of the web chat: the first choice of a language, the chat, and the one for a wrong address."""

from __future__ import annotations

from aiohttp import web

from bot.channels.webchat_shop import WebChat
from bot.channels.webchat_visitor import Visitor
from bot.channels.webchat_words import continue_words, page_words
from bot.landing import lost
from bot.web.pages import render
from casework.house.organisations import Organisation

SUPPORT = "nl+fr_support"


def start_page(shop: WebChat, organisation: Organisation) -> web.Response:
    """Before any cookie: who we are and the languages, each in its own words."""
    words = page_words(shop.translate, organisation)
    translated = ("fr",) if organisation.language_policy == SUPPORT else ()
    first = organisation.languages[0]
    return render("start.html", first, organisation=organisation, words=words, translated=translated)


def chat_page(shop: WebChat, visitor: Visitor) -> web.Response:
    organisation, language = visitor.organisation, visitor.reader.language
    words = page_words(shop.translate, organisation)
    shown = language if language in words else organisation.languages[0]
    here = {"organisation": organisation, "words": words, "word": words[shown], "helplines": dict(shop.helplines)}
    return render("chat.html", shown, **here, chat=visitor.name, speaks=shop.reading is not None)


def continue_page(shop: WebChat, organisation: Organisation) -> web.Response:
    """Where a one-time link leads. The code is in the fragment, so opening the page uses nothing up."""
    words = continue_words(shop.translate, organisation)
    return render(
        "continue.html",
        organisation.languages[0],
        organisation=organisation,
        chat=f"/chat/{organisation.id}",
        words=words,
    )


def lost_page(shop: WebChat) -> web.Response:
    """A friendly answer for an organisation that we do not know, with those that we do."""
    return lost(shop.organisations, shop.translate, shop.now())
