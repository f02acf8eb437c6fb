"""How a bubble looks in Telegram."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram_drawing import LONGEST_TEXT, messages, parts, redrawing
from flows.heard import Tap
from flows.messages import Bubble, Button, LinkButton


def buttons(*labels: str, ticked: bool = False) -> tuple[Button, ...]:
    return tuple(Button(label, Tap("q", label), ticked, f"token-{label}") for label in labels)


def rows(fields: dict[str, Any]) -> list[list[str]]:
    return [[button["text"] for button in row] for row in fields["reply_markup"]["inline_keyboard"]]


def test_short_answers_stand_two_by_two_with_the_tools_beneath() -> None:
    bubble = Bubble("Heb je werk?", "nl", buttons("Ja", "Nee", "Soms"), buttons("Terug", "Overslaan", "Waarom?"))
    (drawn,) = messages(bubble)
    assert rows(drawn) == [["Ja", "Nee"], ["Soms"], ["Terug", "Overslaan", "Waarom?"]]
    assert drawn["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "token-Ja"


@pytest.mark.parametrize("labels", [("Ja", "Dat weet ik nog niet"), ("🧒 Opvang", "🚲 Vervoer")])
def test_long_answers_and_answers_with_icons_stand_under_each_other(labels: tuple[str, ...]) -> None:
    (drawn,) = messages(Bubble("Wat is moeilijk?", "nl", buttons(*labels)))
    assert rows(drawn) == [[label] for label in labels]


def test_tools_that_do_not_fit_beside_each_other_take_another_row() -> None:
    tools = buttons("Terug", "Ik wil een mens spreken", "Overslaan", "Waarom?", "Hulp")
    (drawn,) = messages(Bubble("Wat is je naam?", "nl", (), tools))
    assert rows(drawn) == [["Terug", "Ik wil een mens spreken"], ["Overslaan", "Waarom?", "Hulp"]]


def test_a_ticked_answer_shows_it() -> None:
    bubble = Bubble("?", "nl", buttons("Genk", ticked=True) + buttons("Hasselt"))
    assert rows(redrawing(bubble)) == [["✅ Genk", "Hasselt"]]


def test_text_is_plain_and_links_are_not_opened_by_telegram() -> None:
    (drawn,) = messages(Bubble("<b>*_[klik](http://x)_*</b>", "nl"))
    assert drawn == {"text": "<b>*_[klik](http://x)_*</b>", "link_preview_options": {"is_disabled": True}}


def test_a_long_text_is_cut_between_sentences_and_the_buttons_stand_under_the_end() -> None:
    sentence = "Dit is een zin. "
    *first, last = messages(Bubble(sentence * 600, "nl", buttons("Ja")))
    assert all(part["text"].endswith(".") and "reply_markup" not in part for part in first)
    assert rows(last) == [["Ja"]]


def test_a_link_is_a_button_above_the_others() -> None:
    link = LinkButton("Naar onze pagina", "https://opstap.example/chat/genk/continue#c0de")
    (drawn,) = messages(Bubble("Tik hieronder.", "nl", buttons("Ja"), link=link))
    assert drawn["reply_markup"]["inline_keyboard"][0] == [{"text": link.label, "url": link.address}]
    assert rows(drawn) == [["Naar onze pagina"], ["Ja"]]
    assert "c0de" not in drawn["text"]


@pytest.mark.parametrize("address", ["http://127.0.0.1:8080/chat/genk/continue#c0de", "https://intranet/chat#c0de"])
def test_a_link_that_telegram_takes_for_no_button_is_text(address: str) -> None:
    (drawn,) = messages(Bubble("Tik hieronder.", "nl", link=LinkButton("Naar onze pagina", address)))
    assert drawn["text"] == f"Tik hieronder.\n{address}"
    assert "reply_markup" not in drawn


@given(st.text("ab .!\n🚲é\ud800", max_size=200).map(lambda text: text * 90))
def test_parts_fit_and_nothing_but_blanks_between_them_is_lost(text: str) -> None:
    pieces = parts(text)
    assert all(len(piece.encode("utf-16-le", "surrogatepass")) // 2 <= LONGEST_TEXT for piece in pieces)
    if "\ud800" not in text:
        assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_french_question_mark_never_begins_a_line() -> None:
    (drawn,) = messages(Bubble("Ça va ? « Oui ! » Voilà : 9 h", "fr"))
    assert drawn["text"] == "Ça va\u00a0? «\u00a0Oui\u00a0!\u00a0» Voilà\u00a0: 9 h"
