"""A link that leads away from the chat, as each surface shows it."""

from __future__ import annotations

from bot.channels.terminal import drawn
from bot.channels.transcript import Ours
from bot.channels.webchat_wire import ours_as_json
from bot.stage import WEDNESDAY
from bot.story import draw
from flows.heard import LinkMade
from flows.messages import Bubble, LinkButton

LINK = LinkButton("Naar Telegram", "https://t.me/genk_bot?start=c0de")
SAID = Bubble("Tik hieronder.", "nl", link=LINK)


def test_the_tray_keeps_it() -> None:
    assert Bubble.from_json(SAID.as_json()) == SAID


def test_a_row_from_before_has_none() -> None:
    old = {name: value for name, value in SAID.as_json().items() if name != "link"}
    assert Bubble.from_json(old).link is None


def test_the_page_gets_its_words_and_its_address_apart() -> None:
    sent = ours_as_json(Ours(1, SAID, None, WEDNESDAY, shown=False))
    assert sent["link"] == {"label": LINK.label, "address": LINK.address}
    assert sent["text"] == SAID.text


def test_the_terminal_shows_the_address_to_copy() -> None:
    assert list(drawn(SAID)) == ["", "Tik hieronder.", "  Naar Telegram: https://t.me/genk_bot?start=c0de"]


def test_a_story_shows_the_button_and_never_the_code() -> None:
    assert list(draw(SAID)) == ["< Tik hieronder.", "  [Naar Telegram ↗]"]


def test_whoever_prints_a_message_prints_no_code() -> None:
    assert "c0de" not in repr((SAID, LinkMade("web", LINK.address)))
