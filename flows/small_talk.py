"""What people say besides: a thank-you, a goodbye, a rude word, a picture, a question mark. No answer, no mistake."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from flows.answers.matching import names_an_option
from flows.answers.spelling import plain, spelled
from flows.answers.text import ShortText
from flows.aside import is_menu
from flows.log import Aside, Chatted
from flows.menu import ask_open
from flows.messages import Phrase
from flows.misses import ask_simpler, missed, offer_a_person
from flows.plain_words import is_yes
from flows.returning import PARTED, THANKED, part
from flows.script import Ask
from flows.talk import Talk
from flows.wording import Wording

_UNREADABLE = Phrase("I cannot read this picture. Type a word or tap a button.")
_REACTIONS = {
    "thanks": Phrase("You are welcome."),
    "insult": Phrase("I understand that this is annoying. A person can help you too."),
    "smile": _UNREADABLE,
    "picture": _UNREADABLE,
    "what": Phrase("I say it in other words."),
}

_WHAT = "what"
_PICTURE = "picture"
_PARTING = ("thanks", "bye", "nice", "smile")
"""After the end these have the last word; the later ones count less beside an earlier one."""
_WORDS = ("insult", _WHAT, "bye")
"""What can be an answer in somebody's own words."""
_POLITE = "polite"
"""Words that say nothing by themselves."""
_BEGINS = 5
"""Words at the beginning of a sentence that are looked at, and of the longest phrase."""

_Lists = tuple[tuple[str, tuple[str, ...]], ...]


def small_talk(talk: Talk, question: Ask | None, text: str, aside: Aside | None = None) -> bool:
    """React and ask again; who says the same kind of thing again under that question is not held up by it.

    ``aside`` is what was on the screen until now.
    """
    kind = kind_of(text, talk.setting.wording)
    if kind is None or (question is None and kind == _PICTURE and is_yes(talk, text)):
        return False
    if kind == _PICTURE and question and _pictures_options(talk, question, text):
        return False
    return _reacts(talk, question, text, kind, aside)


def kind_words(talk: Talk, question: Ask | None, text: str, aside: Aside | None) -> bool:
    """What is no answer can be nothing but kind words: "ok, bedankt en tot ziens"."""
    kind = _kindest(plain(text).split(), _known_in(talk.setting.wording))
    return kind is not None and _reacts(talk, question, text, kind, aside)


def _pictures_options(talk: Talk, question: Ask, text: str) -> bool:
    """Whether each picture stands on a button: a bus and a bicycle are two answers."""
    options, reader = question.kind.options, talk.reader(question.id)
    return all(names_an_option(sign, options, reader) for sign in plain(text).split())


def _reacts(talk: Talk, question: Ask | None, text: str, kind: str, aside: Aside | None) -> bool:
    if question is None:
        _after_the_end(talk, kind, aside.name if aside else "", under_menu=aside is not None and is_menu(aside))
        return True
    if kind == "nice" or (isinstance(question.kind, ShortText) and not question.kind.name and kind in _WORDS):
        return False
    if kind == "bye":
        part(talk)
        return True
    if talk.memory.chatted.get(question.id) == kind:
        return kind == _WHAT and _still_no_answer(talk, question, text)
    talk.note(Chatted(question.id, kind, talk.now))
    if kind == _WHAT:
        ask_simpler(talk, question, _REACTIONS[kind])
    else:
        ask_open(talk, _REACTIONS[kind])
    return True


def _after_the_end(talk: Talk, kind: str, before: str, *, under_menu: bool) -> None:
    """A kind word gets one back, another one each time. The menu comes with what we cannot answer, and once."""
    if kind == "thanks" and before != THANKED:
        part(talk, _REACTIONS[kind], THANKED)
    elif kind in _PARTING and before == PARTED:
        ask_open(talk)
    elif kind in _PARTING or (kind == _PICTURE and under_menu):
        part(talk)
    elif under_menu:
        offer_a_person(talk)
    else:
        ask_open(talk, _REACTIONS[kind])


def _still_no_answer(talk: Talk, question: Ask, text: str) -> bool:
    """Who asks in words what is meant answers nothing by that, also the second time; "?" alone can be an answer."""
    if plain(text) == "?":
        return False
    missed(talk, question, question.hint)
    return True


def kind_of(text: str, wording: Wording) -> str | None:
    """What all of ``text`` is: ``thanks``, ``bye``, ``nice``, ``insult``, ``picture``, ``what``, or none of these."""
    said = plain(text)
    if said == "?":
        return _WHAT
    known = _known_in(wording)
    words = " ".join(word for word in said.split() if word.isalnum())
    if not words:
        return _pictured(said, known) if said else None
    kind = known.get(words) or _asks_what(words, known)
    return None if kind == _POLITE else kind


def _pictured(said: str, known: Mapping[str, str]) -> str:
    """Hearts and flowers are a thank-you, a smile is one; what other pictures say we cannot know."""
    kinds = {known.get(sign, _PICTURE) for sign in said.replace(" ", "")}
    return kinds.pop() if len(kinds) == 1 else _PICTURE


def _kindest(words: list[str], known: Mapping[str, str]) -> str | None:
    kinds, at = set[str](), 0
    while at < len(words):
        phrases = ((size, known.get(" ".join(words[at : at + size]))) for size in range(_BEGINS, 0, -1))
        size, kind = next(((size, kind) for size, kind in phrases if kind in (*_PARTING, _POLITE)), (0, None))
        if kind is None:
            return None
        kinds.add(kind)
        at += size
    return next((kind for kind in _PARTING if kind in kinds), None)


def _asks_what(words: str, known: Mapping[str, str]) -> str | None:
    """ "Wat is een leefloon": it begins as somebody begins who asks what our words mean."""
    begins = words.split()[:_BEGINS]
    sizes = range(2, len(begins) + 1)
    return _WHAT if any(known.get(" ".join(begins[:size])) == _WHAT for size in sizes) else None


def _known_in(wording: Wording) -> Mapping[str, str]:
    return _known(tuple(tuple(each.chatter.items()) for each in wording.words.values()))


@lru_cache(maxsize=16)
def _known(languages: tuple[_Lists, ...]) -> dict[str, str]:
    return {spelled(word): kind for lists in languages for kind, words in lists for word in words}
