"""Several answers in one message: "ik heet Fatma, ik woon in Genk" answers the question that comes next as well."""

from __future__ import annotations

from dataclasses import replace

from flows.answering import answer
from flows.answers.text import ShortText
from flows.correction import correction
from flows.log import Answered, Value
from flows.proceed import unask
from flows.script import Ask
from flows.several_changes import told_within
from flows.talk import Talk


def goes_on_telling(talk: Talk, text: str) -> None:
    """After an answer: what ``text`` introduces of each question that comes next is heard too."""
    heard = {entry.question for entry in talk.entries if isinstance(entry, Answered)}
    while heard and not talk.effects and talk.memory.aside is None:
        question = talk.open_question()
        value = _told(talk, question, text) if question and question.id not in heard else None
        if question is None or value is None:
            return
        heard.add(question.id)
        understood, at = unask(talk), len(talk.says)
        answer(talk, question, value, text)
        if len(talk.says) > at:
            talk.says[-1] = replace(talk.says[-1], before=(*understood, *talk.says[-1].before))


def _told(talk: Talk, question: Ask, text: str) -> Value | None:
    if isinstance(question.kind, ShortText) and not question.kind.name:
        return None
    return told_within(talk, question, correction(talk, question, text, None))
