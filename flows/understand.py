"""What typed words mean: a command, an answer, a change of an earlier one, or something to ask again."""

from __future__ import annotations

from typing import assert_never

from flows.answering import answer, asked_which, which
from flows.answers import NotUnderstood, Understood, Which
from flows.answers.choice import HINT
from flows.answers.consent import ConsentAnswer
from flows.answers.language import OWN_NAMES
from flows.answers.matching import names_an_option, positions
from flows.answers.place import PlaceAnswer, told_apart
from flows.answers.slot import OfferedReading, SlotAnswer
from flows.answers.spelling import clean, plain
from flows.answers.text import ShortText
from flows.aside import MENU_AGAIN
from flows.asking import with_ticks
from flows.born import in_years
from flows.change_by_word import corrects, may_correct
from flows.commands import recognise
from flows.correction import Correction, correction
from flows.heard import Slot, slot_start
from flows.log import Aside, Value
from flows.menu import ask_open, show_menu
from flows.messages import Phrase
from flows.minors import AGE
from flows.misses import missed, offer_a_person
from flows.offering import offer_to_open
from flows.plain_words import is_no, is_yes
from flows.possible import possible
from flows.returning import part
from flows.script import Ask
from flows.session_asked import asks_for_sessions
from flows.several_answers import goes_on_telling
from flows.several_changes import before_the_rest, take_beside, told_beside, told_within
from flows.small_talk import kind_words, small_talk
from flows.steer import steer
from flows.talk import Talk
from flows.when_read import Wish
from flows.wishes import agrees_by_wish, asks_for_others, hear_wish, keep_wish, moves

LONGEST = 2000
"""Characters of a message that are looked at; what a question keeps is shorter still."""


def hear_text(talk: Talk, text: str, aside: Aside | None = None) -> None:
    """Word for word an answer, or a command, or a question of the house; then a change of an earlier answer; then
    whatever the words can mean.

    ``aside`` is the side question that was on the screen until now.
    """
    text, _ = clean(text, LONGEST)
    question = _asked_now(talk, text)
    if question and (_names_an_option(talk, question, text) or asks_for_others(talk, question, text)):
        _answer_by_words(talk, question, text, None)
    elif exact := recognise(text, talk.setting.wording, fuzzy=False):
        steer(talk, exact)
    elif asked := _asked(talk, question, text):
        steer(talk, f"faq:{asked}")
    elif question and not text:
        missed(talk, question, "")
    elif not small_talk(talk, question, text, aside):
        _sentence(talk, question, text, correction(talk, question, text, aside))


def _names_an_option(talk: Talk, question: Ask, text: str) -> bool:
    named = names_an_option(text, question.kind.options, talk.reader(question.id))
    return named and not _names_another_language(talk, question, text)


def _names_another_language(talk: Talk, question: Ask, text: str) -> bool:
    """ "Français" in a talk in Dutch wishes for French, also where a language may be what is hard."""
    said = plain(text)
    named = (language for language in talk.setting.languages if plain(OWN_NAMES[language]) == said)
    language = next(named, talk.language)
    return language != talk.language and language not in {option.id for option in question.kind.options}


def _asked_now(talk: Talk, text: str) -> Ask | None:
    """The question that the words can be an answer to. What answers the one that was seen is never lost to one that
    came before it meanwhile, and no words are an answer to a question that nobody has seen."""
    seen = talk.seen_instead()
    if seen and isinstance(_read(talk, seen, text), Understood):
        return seen
    return None if talk.was_edited() else talk.open_question()


def _sentence(talk: Talk, question: Ask | None, text: str, said: Correction) -> None:
    if moves(talk, question, said) or (question and _answers_and_tells(talk, question, text, said)):
        return
    if corrects(talk, said):
        return
    if question:
        _answer_by_words(talk, question, text, said)
        goes_on_telling(talk, text)
    else:
        _after_the_end(talk, text, said)


def _after_the_end(talk: Talk, text: str, said: Correction) -> None:
    refused = _refused(talk)
    if refused and is_yes(talk, text):
        offer_to_open(talk, refused, said.aside)
    elif talk.open_question() is None and (is_yes(talk, text) or is_no(talk, text)):
        part(talk)
    elif not kind_words(talk, None, text, said.aside) and not _guessed(talk, text, said):
        _shows_what_can_be_done(talk, said.aside)


def _shows_what_can_be_done(talk: Talk, before: Aside | None) -> None:
    """The menu; who is not understood under it reads so, and then is offered a person."""
    match before.name if before else None:
        case "menu":
            show_menu(talk, MENU_AGAIN, Phrase("I did not understand that."))
        case "menu_again":
            offer_a_person(talk)
        case _:
            ask_open(talk)


def _refused(talk: Talk) -> Ask | None:
    """The consent without which nothing is asked, where it was refused: who says yes after that thinks again."""
    asks = (ask for ask in talk.position().behind if isinstance(ask.kind, ConsentAnswer) and ask.required)
    return next((ask for ask in asks if talk.memory.value(ask.id) == "no"), None)


def _answer_by_words(talk: Talk, question: Ask, text: str, said: Correction | None) -> None:
    reading = _read(talk, question, text)
    match reading:
        case Understood(value):
            keep_wish(talk, question, value, text)
            answer(talk, question, with_ticks(talk, question, value), text, reading.notice)
        case Wish():
            hear_wish(talk, question, reading)
        case Which(options) if not asked_which(talk, question, options):
            which(talk, question, options)
        case Which():
            missed(talk, question, question.hint or HINT)
        case NotUnderstood(hint):
            if not _understood_otherwise(talk, question, text, said):
                missed(talk, question, question.hint or hint)
        case _:
            assert_never(reading)


def _understood_otherwise(talk: Talk, question: Ask, text: str, said: Correction | None) -> bool:
    return (
        _agrees(talk, question, text)
        or _told(talk, question, said)
        or _begins_with_it(talk, question, said)
        or kind_words(talk, question, text, said.aside if said else None)
        or _guessed(talk, text, said)
    )


def _answers_and_tells(talk: Talk, question: Ask, text: str, said: Correction) -> bool:
    """Whether it answers the open question, and tells something else besides that is not as it stands."""
    beside = () if said.has("not") or said.denies else told_beside(talk, question, said)
    if not beside:
        return False
    tries = (text,) if isinstance(question.kind, ShortText) else (text, before_the_rest(said))
    own = next((words for words in tries if _is_answer(talk, question, words)), None)
    if own is not None:
        _answer_by_words(talk, question, own, said)
    elif not _told(talk, question, said):
        return False
    take_beside(talk, beside)
    return True


def _is_answer(talk: Talk, question: Ask, words: str) -> bool:
    return words != "" and isinstance(_read(talk, question, words), Understood)


def _told(talk: Talk, question: Ask, said: Correction | None) -> bool:
    """Whether a part of a longer sentence introduces the answer: "ik heet Fatma en ik woon in Genk"."""
    value = told_within(talk, question, said) if said else None
    if said is None or value is None:
        return False
    answer(talk, question, value, said.text)
    return True


def _begins_with_it(talk: Talk, question: Ask, said: Correction | None) -> bool:
    """Whether the first words are a choice, and what follows would only confuse: "een job, en ik heb geen auto"."""
    first = before_the_rest(said) if said and question.kind.options else ""
    if not first or not _is_answer(talk, question, first):
        return False
    _answer_by_words(talk, question, first, said)
    return True


def _agrees(talk: Talk, question: Ask, text: str) -> bool:
    """Whether it says yes to an appointment by saying when; then that is its answer."""
    value = agrees_by_wish(talk, question, text)
    if value is not None:
        keep_wish(talk, question, value, text)
        answer(talk, question, value, text)
    return value is not None


def _asked(talk: Talk, question: Ask | None, text: str) -> str | None:
    """The question of the house that this is; what can be read as an answer too must be very like it."""
    faq = talk.setting.faq
    asked = faq.asked(text)
    if asked is None or question is None or isinstance(question.kind, ShortText):
        return asked
    return faq.asked(text, surely=isinstance(_read(talk, question, text), Understood | Wish))


def _guessed(talk: Talk, text: str, said: Correction | None) -> bool:
    """Take it for a command with a typo, another answer, or a question of the house in other words."""
    near = recognise(text, talk.setting.wording, fuzzy=True)
    if near:
        steer(talk, near)
        return True
    if said is not None and may_correct(talk, said):
        return True
    if asks_for_sessions(text, talk.setting.wording):
        steer(talk, "sessions")
        return True
    meant = talk.setting.faq.meant(text)
    if meant:
        steer(talk, f"faq:{meant}")
    return bool(meant)


def possible_answer(talk: Talk, question: Ask, text: str) -> Value | tuple[()] | None:
    """What ``text`` would be as an answer to this question: a value, several (an empty tuple), or none."""
    reading = _read(talk, question, text)
    match reading:
        case Understood(value):
            return value
        case NotUnderstood():
            return None
        case _:
            return ()


def _read(talk: Talk, question: Ask, text: str) -> OfferedReading:
    reader = talk.reader(question.id)
    if isinstance(question.kind, SlotAnswer):
        return question.kind.read_offered(text, reader, _offered(talk, question))
    if question.id == AGE:
        text = in_years(text, reader)
    meant = talk.memory.offered.get(question.id, ())
    at = positions(len(meant), reader).get(plain(text)) if meant else None
    if at:
        value = possible(question, meant[at - 1])
        return Understood(value) if value is not None else NotUnderstood("")
    place = told_apart(text, meant, reader) if meant and isinstance(question.kind, PlaceAnswer) else None
    return Understood(place) if place else question.kind.read(text, reader)


def _offered(talk: Talk, question: Ask) -> tuple[Slot, ...]:
    """The times on the screen, as far as their ids tell: enough to know which one was meant."""
    zone = talk.setting.zone
    starts = ((value, slot_start(value)) for value in talk.memory.offered.get(question.id, ()))
    return tuple(Slot(value, start.astimezone(zone), 0, "", "") for value, start in starts if start)
