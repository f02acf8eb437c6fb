"""A bare yes, a bare no, or an "I don't know": words that mean something only to what was just asked."""

from __future__ import annotations

from flows.answers.matching import answers
from flows.answers.spelling import plain
from flows.talk import Talk


def is_yes(talk: Talk, text: str) -> bool:
    return _is_one_of(talk, text, "yes", "agree")


def is_no(talk: Talk, text: str) -> bool:
    return _is_one_of(talk, text, "no", "refuse")


def is_unsure(talk: Talk, text: str) -> bool:
    return _is_one_of(talk, text, "dont_know", "rather_not")


def _is_one_of(talk: Talk, text: str, *names: str) -> bool:
    said, reader = plain(text), talk.reader("")
    return any(said in set(answers(reader, name)) for name in names)
