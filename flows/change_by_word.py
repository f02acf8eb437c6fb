"""Changing an earlier answer by word: "verander mijn gemeente", "nee, ik ben 52", "je m'appelle Sara en fait"."""

from __future__ import annotations

from collections.abc import Iterator

from flows.answering import answer, which
from flows.answers import Which
from flows.answers.consent import ConsentAnswer
from flows.answers.recap import Recap
from flows.answers.slot import SlotAnswer
from flows.answers.text import ShortText
from flows.aside import YES_OR_NO
from flows.contrast import contrasted, denied
from flows.correction import Correction, Typed, exactly, reads, stands_alone
from flows.log import Chatted, Reopened, Value
from flows.menu import ask_open
from flows.messages import Phrase
from flows.offering import NAME, ask_which, asks_which, offer_change, offer_to_open, offered_to_open
from flows.proceed import proceed
from flows.script import Ask
from flows.several_changes import several
from flows.steer import steer
from flows.talk import Talk


def corrects(talk: Talk, said: Correction) -> bool:
    """Whether this clearly corrects an earlier answer, whatever is asked now; then it is done or offered."""
    one_by_one = contrasted, _misclicked, _wants_change, _says_otherwise
    return (not _takes_any_words(said.open) and several(talk, said)) or any(each(talk, said) for each in one_by_one)


def may_correct(talk: Talk, said: Correction) -> bool:
    """The same for words that are no answer to the open question: then the name of another one is enough."""
    if _told(talk, said, said.named + said.told):
        return True
    if _names_a_value(talk, said) or _tells_one_of_several(talk, said):
        return True
    if doubted := denied(talk, said):
        return _offer_to_open(talk, said, doubted)
    names = tuple(ask for ask in said.named if ask is not said.open)
    if not names or not (said.all_known or said.has("wrong")):
        return False
    if said.open is None or isinstance(said.open.kind, Recap) or said.has("wrong"):
        _open(talk, said, names)
    else:
        return _offer_to_open(talk, said, names)
    return True


def _names_a_value(talk: Talk, said: Correction) -> bool:
    """After "do you want to change this answer?" the new answer says yes as well."""
    question = offered_to_open(talk, said.aside)
    value = exactly(talk, question, Typed.of(said.text)) if question and question is not said.open else None
    if question is None or value is None:
        return False
    offer_change(talk, question, value)
    return True


def _tells_one_of_several(talk: Talk, said: Correction) -> bool:
    """ "Ik ben verhuisd naar Aalst": there are two, so it is asked which."""
    for ask in said.told:
        reading = ask.kind.read(said.core.text, talk.reader(ask.id)) if said.core and not ask.kind.options else None
        if isinstance(reading, Which):
            talk.note(Reopened(ask.id, talk.now))
            which(talk, ask, reading.options)
            return True
    return False


def _misclicked(talk: Talk, said: Correction) -> bool:
    """ "Sorry, verkeerde knop": the answer that was given last is asked again."""
    if not said.has("misclick") or not said.all_known or said.named or _takes_any_words(said.open):
        return False
    steer(talk, "back")
    return True


def _wants_change(talk: Talk, said: Correction) -> bool:
    """It says that something is to be changed, or wrong, and mostly also what."""
    if not said.has("change") and (not said.has("wrong") or _takes_any_words(said.open)):
        return False
    names = said.named or (said.told if said.has("wrong") else ())
    if not names:
        return _wants_any_change(talk, said)
    if said.all_known or (said.has("change") and not _takes_any_words(said.open)):
        return _told(talk, said, names) or _open(talk, said, names)
    return _told(talk, said, names)


def _wants_any_change(talk: Talk, said: Correction) -> bool:
    if not said.all_known or said.told or _takes_any_words(said.open):
        return False
    if said.names_something:
        return _remark(talk, said, "unasked", Phrase("I did not ask this yet."))
    if said.has("change"):
        steer(talk, "change")
    return said.has("change")


def _takes_any_words(question: Ask | None) -> bool:
    return question is not None and isinstance(question.kind, ShortText) and not question.kind.name


def _says_otherwise(talk: Talk, said: Correction) -> bool:
    """It carries another answer, and a word such as "sorry" or "eigenlijk", or begins with "no"."""
    if not said.has("slip") and not said.begins_with_no and not _wants_no_visit(said):
        return False
    about = said.named + said.told
    if about:
        return _told(talk, said, about)
    if said.has("slip") and _means_the_latest(talk, said):
        return True
    if said.open and stands_alone(talk, said.open, said):
        return said.has("slip") and _told(talk, said, (said.open,))
    if not said.has("slip") and _takes_a_no(talk, said):
        return False
    fitting = tuple(ask for ask in said.answered if ask.kind.options and stands_alone(talk, ask, said))
    return len(fitting) == 1 and _told(talk, said, fitting)


def _wants_no_visit(said: Correction) -> bool:
    """ "Ik wil geen afspraak" where a time is asked for: no wish for another time."""
    return said.open is not None and isinstance(said.open.kind, SlotAnswer) and said.has("not") and bool(said.named)


def _means_the_latest(talk: Talk, said: Correction) -> bool:
    """ "Oeps, nee" where the open question takes no yes and no, and the one before it did: that one is meant."""
    behind = talk.position().behind
    latest = behind[-1] if behind else None
    if latest is None or latest not in said.answered or isinstance(latest.kind, ConsentAnswer):
        return False
    if _is_polar(said.open) or not _is_polar(latest):
        return False
    words = " ".join(piece.words for piece in said.pieces if not piece.has("slip", "filler"))
    value = exactly(talk, latest, Typed.of(words))
    if value not in YES_OR_NO:
        return False
    if value == talk.memory.value(latest.id):
        return _remark(talk, said, "noted", Phrase("I have noted this."))
    offer_change(talk, latest, value, said.aside)
    return True


def _is_polar(question: Ask | None) -> bool:
    return question is not None and {*YES_OR_NO} <= {option.id for option in question.kind.options}


def _takes_a_no(talk: Talk, said: Correction) -> bool:
    question = said.open
    return question is not None and exactly(talk, question, Typed.of(said.pieces[0].words)) is not None


def _told(talk: Talk, said: Correction, about: tuple[Ask, ...]) -> bool:
    """Take or offer the answer that is told to exactly one of these questions."""
    hits = list(_readings(talk, said, about))
    if len(hits) != 1:
        return False
    question, value = hits[0]
    if question is said.open:
        answer(talk, question, value, said.text)
    elif value == talk.memory.value(question.id):
        return _remark(talk, said, "noted", Phrase("I have noted this."))
    else:
        offer_change(talk, question, value, said.aside)
    return True


def _readings(talk: Talk, said: Correction, about: tuple[Ask, ...]) -> Iterator[tuple[Ask, Value]]:
    for ask in about:
        value = reads(talk, ask, said)
        if value is not None:
            yield ask, value


def _open(talk: Talk, said: Correction, questions: tuple[Ask, ...]) -> bool:
    """Ask this question again; of a time, the appointment is moved."""
    if any(isinstance(ask.kind, SlotAnswer) for ask in questions) and talk.standing_booking():
        steer(talk, "move")
    elif len(questions) > 1 and not _each_by_its_name(said, questions):
        ask_which(talk, questions)
    elif questions[0].kind.expects == "language":
        steer(talk, "language")
    else:
        for question in questions:
            talk.note(Reopened(question.id, talk.now))
        proceed(talk)
    return True


def _each_by_its_name(said: Correction, questions: tuple[Ask, ...]) -> bool:
    """Whether several were named, and not one by a name that several have."""
    names = [piece.meaning.named & {ask.id for ask in questions} for piece in said.pieces]
    return sum(map(bool, names)) == len(questions) and all(len(each) < 2 for each in names)


def _offer_to_open(talk: Talk, said: Correction, questions: tuple[Ask, ...]) -> bool:
    if asks_which(said.aside):
        return _open(talk, said, questions)
    if len(questions) == 1:
        offer_to_open(talk, questions[0], said.aside)
    elif said.aside and said.aside.name == NAME:
        return False
    else:
        ask_which(talk, questions)
    return True


def _remark(talk: Talk, said: Correction, kind: str, remark: Phrase) -> bool:
    """Say it above the open question, once; the second time it is not understood, and asked in another way."""
    if said.open:
        if talk.memory.chatted.get(said.open.id) == kind:
            return False
        talk.note(Chatted(said.open.id, kind, talk.now))
    ask_open(talk, remark)
    return True
