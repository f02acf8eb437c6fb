"""What people say besides: a thank-you, a rude word, a picture, a question mark. No answer, and no mistake."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from flows.answers.spelling import plain, spelled
from flows.answers.text import ShortText
from flows.log import Chatted
from flows.menu import ask_open
from flows.messages import Phrase
from flows.misses import ask_simpler, missed
from flows.plain_words import is_yes
from flows.script import Ask
from flows.talk import Talk
from flows.wording import Wording

_REACTIONS = {
    "thanks": Phrase("You are welcome."),
    "insult": Phrase("I understand that this is annoying. A person can help you too."),
    "picture": Phrase("I cannot read this picture. Type a word or tap a button."),
    "what": Phrase("I say it in other words."),
}

_WHAT = "what"
_BEGINS = 5
"""Words at the beginning of a sentence that are looked at."""

_Lists = tuple[tuple[str, tuple[str, ...]], ...]


def small_talk(talk: Talk, question: Ask | None, text: str) -> bool:
    """React and ask again; who says the same kind of thing again under that question is not held up by it."""
    kind = kind_of(text, talk.setting.wording)
    if kind is None:
        return False
    if question is None and kind == "picture" and is_yes(talk, text):
        return False
    if question is None:
        ask_open(talk, _REACTIONS[kind])
        return True
    if isinstance(question.kind, ShortText) and not question.kind.name and kind in ("insult", _WHAT):
        return False
    if talk.memory.chatted.get(question.id) == kind:
        return kind == _WHAT and _still_no_answer(talk, question, text)
    talk.note(Chatted(question.id, kind, talk.now))
    if kind == _WHAT:
        ask_simpler(talk, question, _REACTIONS[kind])
    else:
        ask_open(talk, _REACTIONS[kind])
    return True


def _still_no_answer(talk: Talk, question: Ask, text: str) -> bool:
    """Who asks in words what is meant answers nothing by that, also the second time; "?" alone can be an answer."""
    if plain(text) == "?":
        return False
    missed(talk, question, question.hint)
    return True


def kind_of(text: str, wording: Wording) -> str | None:
    """What all of ``text`` is: ``thanks``, ``insult``, ``picture``, ``what``; ``None`` if it is none of these."""
    said = plain(text)
    if said == "?":
        return _WHAT
    words = " ".join(word for word in said.split() if word.isalnum())
    if not words:
        return "picture" if said else None
    known = _known(tuple(tuple(each.chatter.items()) for each in wording.words.values()))
    return known.get(words) or _asks_what(words, known)


def _asks_what(words: str, known: Mapping[str, str]) -> str | None:
    """ "Wat is een leefloon": it begins as somebody begins who asks what our words mean."""
    begins = words.split()[:_BEGINS]
    sizes = range(2, len(begins) + 1)
    return _WHAT if any(known.get(" ".join(begins[:size])) == _WHAT for size in sizes) else None


@lru_cache(maxsize=16)
def _known(languages: tuple[_Lists, ...]) -> dict[str, str]:
    return {spelled(word): kind for lists in languages for kind, words in lists for word in words}
