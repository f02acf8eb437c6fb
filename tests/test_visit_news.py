"""What a reminder says of a visit that is held in another way than at the office."""

from __future__ import annotations

import pytest

from flows.memory import Memory
from flows.render import render
from flows.talk import Talk
from flows.visit_news import remind
from tests.pure_talk import scenes
from tests.stage import WEDNESDAY

SETTING = scenes()["genk", "web"]
LINK = "https://video.example/an"


def reminder(kind: str, link: str, language: str) -> str:
    talk = Talk(SETTING, Memory(language=language), WEDNESDAY)
    remind(talk, kind, "video", 1, {"when": WEDNESDAY, "coach": "An", "video_link": link, "bring": ""})
    return render(talk.says[0], SETTING, language).text


@pytest.mark.parametrize("kind", ["remind_day", "remind_hours"])
@pytest.mark.parametrize(("language", "later"), [("nl", "Je coach stuurt je de link."), ("fr", "vous envoie le lien.")])
def test_a_link_that_is_still_to_come_is_announced_and_none_is_promised(kind: str, language: str, later: str) -> None:
    assert LINK in reminder(kind, LINK, language)
    assert later not in reminder(kind, LINK, language)
    assert later in reminder(kind, "", language)
