"""Says that a text is a translation, where the law wants the other language to be the one that counts."""

from __future__ import annotations

from dataclasses import replace

from flows.messages import Phrase, Saying
from flows.talk import Setting, Talk

MARK = Phrase("(translation)")


def translation_mark(setting: Setting, language: str) -> tuple[Phrase, ...]:
    """What stands by a text of ours in ``language`` that is a translation."""
    return (MARK,) if language in setting.translations else ()


def mark_beginning(talk: Talk, spoken: str | None, begins: bool) -> None:
    """Mark the first words in a translation: of a talk that ``begins``, or after another language was ``spoken``."""
    mark = translation_mark(talk.setting, talk.memory.language or "")
    if not mark or (spoken == talk.memory.language and not begins):
        return
    if not talk.says:
        talk.says.append(Saying(MARK))
    else:
        first = next((saying for saying in talk.says if not (saying.question or saying.choices)), talk.says[0])
        talk.says[talk.says.index(first)] = replace(first, before=(MARK, *first.before))
