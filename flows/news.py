"""News of the organisation: asked once after the end, whether somebody wants it; taken back by word or button."""

from __future__ import annotations

from flows.aside import beside
from flows.asking import command
from flows.effects import RecordConsent
from flows.log import THE_PERSON, NewsWanted
from flows.menu import ask_open
from flows.messages import Choice, Phrase, Saying
from flows.minors import is_minor
from flows.talk import Talk

SCOPE = "news"
"""Of the consent, and what the log calls the question."""
WORDING = 1
ABOUT = "news"
"""The text of the organisation that says what its news is about; without it there is none."""
GETS_NEWS = Phrase("You get news from us. Type “stop news” to end it.")


def ask_for_news(talk: Talk) -> None:
    """Once in a conversation, when the answers are with the coach and nothing is asked any more."""
    about = talk.setting.texts.get(talk.language, {}).get(ABOUT)
    if not about or talk.by != THE_PERSON or SCOPE in talk.memory.proposed or talk.memory.news is not None:
        return
    do = talk.setting.flow.order("hand_over")
    handed_over = do is not None and do.name in talk.memory.done
    if not handed_over or talk.open_question() is not None or is_minor(talk.memory):
        return
    named = {"about": Phrase(about, fixed=True)}
    may_we = Phrase("Our news is about {about}. May we send it to you now and then?", named)
    beside(talk, SCOPE, may_we, command("Yes, please", "news:yes"), command("No, thank you", "news:no"))


def decide_news(talk: Talk, answer: str) -> None:
    """What they say to that question, under a message with news, or by themselves. A no is always taken."""
    wanted = answer == "yes"
    if wanted and not talk.setting.texts.get(talk.language, {}).get(ABOUT):
        ask_open(talk)
        return
    talk.note(NewsWanted(wanted, talk.now))
    talk.order(RecordConsent(SCOPE, WORDING, wanted, talk.language))
    thanks = Phrase("Good. You get news from us now and then. Type “stop news” to end it.")
    _go_on(talk, thanks if wanted else Phrase("Good. We send you no news."))


def no_more() -> Choice:
    """The button under each message with news."""
    return command("No more news", "news:no")


def _go_on(talk: Talk, remark: Phrase) -> None:
    """The open question comes back; after the end the remark is enough."""
    if talk.open_question():
        ask_open(talk, remark)
    else:
        talk.says.append(Saying(remark))
