"""After everything was erased: the last word, or the first one to who begins again here."""

from __future__ import annotations

from flows import neighbours
from flows.answers.consent import ConsentAnswer
from flows.effects import RecordConsent
from flows.messages import Phrase, Saying
from flows.proceed import proceed
from flows.talk import Talk

TOO_YOUNG = Phrase("You are still very young. I have erased everything. Ask somebody at home or at school to help you.")
MINOR = Phrase("You are under 18. So I erased what you told me before.")


def begin_again(talk: Talk, because: str) -> None:
    """``because`` as in ``EraseEverything``; the memory is that of who talks on here."""
    match because:
        case "too_young":
            _say_goodbye(talk)
        case neighbours.GO_THERE:
            neighbours.show_the_way(talk)
        case "minor":
            _agree_again(talk)
            talk.says.append(Saying(MINOR))
            proceed(talk)
        case _:
            talk.say("Everything is erased. You can always begin again. A person can help you too: {phone_line}")


def _say_goodbye(talk: Talk) -> None:
    texts = talk.setting.wording.care.helplines.texts("minor", talk.language)
    talk.says.append(Saying(Phrase("\n".join(texts), fixed=True), before=(TOO_YOUNG,)))


def _agree_again(talk: Talk) -> None:
    """What was agreed is proved by a record of its own for the new person."""
    for question in talk.position().behind:
        kind, value = question.kind, talk.memory.value(question.id)
        if isinstance(kind, ConsentAnswer) and value is not None:
            talk.order(RecordConsent(kind.scope, kind.wording, value == "yes", talk.language))
