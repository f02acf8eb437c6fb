"""The talk follows people into their language: at once after a clear sentence, else by asking, once."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from flows.answering import answer
from flows.answers.matching import names_an_option
from flows.answers.spelling import plain, spelled
from flows.answers.text import ShortText
from flows.aside import beside
from flows.asking import command
from flows.commands import recognise
from flows.log import Answered, Aside, Returned
from flows.menu import ask_open
from flows.messages import Phrase
from flows.mother_tongue import Recognised, not_spoken, recognise_language
from flows.proceed import UNDERSTOOD
from flows.rehearsal import understood
from flows.returning import start
from flows.steer import own_name, speak
from flows.talk import Talk
from flows.understand import hear_text
from flows.wording import Wording, Words

NOW = Phrase("We go on in English.")
"""Translated, it names the language that it is said in."""

GO_ON_IN = {
    "nl": Phrase("Do you want to go on in Dutch?"),
    "fr": Phrase("Do you want to go on in French?"),
    "en": Phrase("Do you want to go on in English?"),
}
OUR_NAMES = {"nl": Phrase("Dutch"), "fr": Phrase("French"), "en": Phrase("English")}
ONLY = Phrase("I can speak: {languages}. A person can help you too. {phone_line}")
FOREIGN = "foreign"
WAYS_OUT = ("person", "stop")
"""Who writes one of these at the first question wants that, in whatever language it is said."""


def hear_words(talk: Talk, text: str, aside: Aside | None) -> None:
    """Typed words in whatever language: what they say is taken, and the talk goes on in that language."""
    found = _recognised(talk, text)
    if _is_not_spoken(talk, text) and not understood(talk, text, aside):
        _offer_ours(talk)
    elif found is None:
        _hear(talk, text, aside)
    elif found.language == talk.memory.language:
        _stay(talk, found, text, aside)
    elif found.language not in talk.setting.languages:
        _foreign(talk, found, text, aside)
    elif _chooses(talk) and recognise(text, talk.setting.wording, fuzzy=False) not in WAYS_OUT:
        _choose(talk, found)
    elif found.sure:
        _switch(talk, found, text, aside)
    else:
        _propose(talk, found, text, aside)


def _is_not_spoken(talk: Talk, text: str) -> bool:
    """Whether somebody says, once, that they do not speak the language that we talk in."""
    if FOREIGN in talk.memory.proposed:
        return False
    return talk.memory.language in not_spoken(text, talk.setting.wording.tongues)


def _hear(talk: Talk, text: str, aside: Aside | None) -> None:
    """After a pause, what is not understood is no miss: it is asked how to go on."""
    back = any(isinstance(entry, Returned) for entry in talk.entries)
    if back and not understood(talk, text, aside):
        start(talk)
    else:
        hear_text(talk, text, aside)


def _recognised(talk: Talk, text: str) -> Recognised | None:
    """The language of the words, if they tell one; an answer that stands on a button does not."""
    found = recognise_language(text, talk.setting.wording.tongues) or _greeting(talk, text)
    return None if found is None or _on_a_button(talk, text) else found


def _on_a_button(talk: Talk, text: str) -> bool:
    question = talk.open_question()
    return bool(question and names_an_option(text, question.kind.options, talk.reader(question.id)))


def _greeting(talk: Talk, text: str) -> Recognised | None:
    said, wording = plain(text), talk.setting.wording
    greeted = [language for language in talk.setting.languages if said in _greetings(wording, language)]
    return Recognised(greeted[0], sure=False) if len(greeted) == 1 else None


@lru_cache(maxsize=16)
def _greetings(wording: Wording, language: str) -> frozenset[str]:
    return frozenset(map(spelled, wording.words.get(language, Words()).commands.get("hello", ())))


def _chooses(talk: Talk) -> bool:
    question = talk.open_question()
    return talk.memory.language is None and question is not None and question.kind.expects == "language"


def _choose(talk: Talk, found: Recognised) -> None:
    """Whoever is asked for a language and writes in one has answered."""
    question = talk.open_question()
    if question:
        answer(talk, question, found.language)


def _stay(talk: Talk, found: Recognised, text: str, aside: Aside | None) -> None:
    if found.wished and not _may_answer(talk, found):
        ask_open(talk, NOW)
    else:
        _hear(talk, text, aside)


def _switch(talk: Talk, found: Recognised, text: str, aside: Aside | None) -> None:
    before = talk.language
    speak(talk, found.language)
    if _answers(talk, found, text, aside):
        hear_text(talk, text, aside)
    else:
        ask_open(talk, NOW)
    if not found.wished:
        _way_back(talk, before)


def _answers(talk: Talk, found: Recognised, text: str, aside: Aside | None) -> bool:
    return _may_answer(talk, found) and understood(talk, text, aside)


def _may_answer(talk: Talk, found: Recognised) -> bool:
    """A wish for a language is no answer of those on buttons; words about languages are no free text."""
    question = talk.open_question()
    if question is None:
        return not found.wished
    free = isinstance(question.kind, ShortText)
    return not (found.about and free) and not (found.wished and bool(question.kind.options))


def _way_back(talk: Talk, language: str) -> None:
    """Under the first question in the new language, a button leads back."""
    for at, saying in enumerate(talk.says):
        if saying.question:
            talk.says[at] = replace(saying, tools=(*saying.tools, own_name(language)))


def _propose(talk: Talk, found: Recognised, text: str, aside: Aside | None) -> None:
    """Take the words for what they are, and ask once for the language before what comes next."""
    name = f"language:{found.language}"
    if name in talk.memory.proposed:
        _hear(talk, text, aside)
        return
    if recognise(text, talk.setting.wording, fuzzy=False) != "hello" and _answers(talk, found, text, aside):
        hear_text(talk, text, aside)
        if not any(isinstance(entry, Answered) for entry in talk.entries) or talk.effects:
            return
    _ask_for(talk, name, found.language)


def _ask_for(talk: Talk, name: str, language: str) -> None:
    """Said in both languages, instead of the question, which comes afterwards."""
    here = talk.language
    echo = tuple(remark for saying in talk.says for remark in saying.before if remark.source == UNDERSTOOD)
    talk.says = [saying for saying in talk.says if not (saying.question or saying.choices)]
    beside(talk, name, GO_ON_IN[language], own_name(language), own_name(here), before=echo)
    talk.says[-1] = replace(talk.says[-1], languages=(here, language))


def _foreign(talk: Talk, found: Recognised, text: str, aside: Aside | None) -> None:
    """A language that nobody speaks here: what is understood counts, else our languages and a person are offered."""
    if not found.sure or FOREIGN in talk.memory.proposed:
        _hear(talk, text, aside)
    elif _answers(talk, found, text, aside):
        hear_text(talk, text, aside)
    else:
        _offer_ours(talk)


def _offer_ours(talk: Talk) -> None:
    ours = talk.setting.offered
    ways = tuple(map(own_name, ours)) if len(ours) > 1 else (command("Go on", "repeat"),)
    text = Phrase(ONLY.source, {"languages": tuple(OUR_NAMES[language] for language in ours)})
    beside(talk, FOREIGN, text, *ways, command("A person", "person"))
    talk.says[-1] = replace(talk.says[-1], every_language=True)
