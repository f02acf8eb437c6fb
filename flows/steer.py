"""What a person can always say: back, change, skip, why, help, another language, a person, stop."""

from __future__ import annotations

from flows import asking
from flows.aloud import wish_aloud
from flows.answers.language import OWN_NAMES
from flows.answers.slot import SlotAnswer
from flows.aside import beside
from flows.asking import command
from flows.company_calls import ask_which_companies
from flows.effects import CallPerson, EraseEverything, GiveVisitFile, KeepQuiet, SpeakLanguage
from flows.elsewhere import lead
from flows.faq_answers import WHO_READS, questions, reply
from flows.heard import COMMAND, Tap
from flows.how_it_stands import ask_how_it_stands
from flows.log import Answered, Helped, LanguageChosen, Reopened, Resumed, Skipped, Stopped
from flows.menu import ask_open, beside_the_flow
from flows.messages import Choice, Phrase, Saying
from flows.news import GETS_NEWS, ask_for_news, decide_news
from flows.proceed import proceed
from flows.recordings import decide_voice
from flows.returning import hello, part, restart
from flows.script import Ask
from flows.sessions import ask_sessions
from flows.small_steps import ask_small_steps
from flows.standing import stays
from flows.talk import Talk
from flows.visiting import wish


def steer(talk: Talk, name: str) -> None:
    """Do what the command ``name`` says; ``name`` may carry a detail, as in ``language:fr``."""
    word, _, detail = name.partition(":")
    match word:
        case "back":
            _back(talk)
        case "change":
            _change(talk, detail)
        case "summary":
            _sum_up(talk)
        case "skip":
            _skip(talk)
        case "keep":
            _keep(talk)
        case "why":
            _why(talk)
        case "language":
            _language(talk, detail)
        case "person":
            _person(talk)
        case "stop":
            _stop(talk)
        case "come" | "move" | "cancel":
            wish(talk, word)
        case "privacy" | "faq":
            _inform(talk, word, detail or WHO_READS)
        case "questions":
            talk.says.append(questions(talk, detail))
        case "erase":
            _erase(talk, sure=detail == "yes")
        case "help":
            _help(talk)
        case "hello":
            hello(talk)
        case "restart":
            restart(talk, sure=detail == "yes")
        case "done":
            _done(talk)
        case _:
            _beside_the_questions(talk, word, detail)


def _beside_the_questions(talk: Talk, word: str, detail: str) -> None:
    """How and where we talk; anything else asks the open question again."""
    match word:
        case "aloud" | "hush":
            wish_aloud(talk, on=word == "aloud")
        case "sessions" | "my_sessions":
            page = int(detail) if detail.isdecimal() and int(detail) else 1
            ask_sessions(talk, mine=word == "my_sessions", page=page)
        case "referrals":
            ask_how_it_stands(talk)
        case "small_steps":
            ask_small_steps(talk)
        case "news" | "no_news":
            decide_news(talk, detail)
        case "voice":
            decide_voice(talk, detail)
        case "web" | "telegram":
            lead(talk, word)
        case "agenda":
            talk.order(GiveVisitFile(talk.language))
        case _:
            ask_open(talk)


def _sum_up(talk: Talk) -> None:
    _change(talk, "1", *asking.recap_lines(talk, talk.position()), *([GETS_NEWS] if talk.memory.news else ()))
    ask_how_it_stands(talk, beside=True)
    ask_small_steps(talk, beside=True)
    ask_which_companies(talk)


def _done(talk: Talk) -> None:
    part(talk)
    ask_for_news(talk)


def _inform(talk: Talk, kind: str, id: str) -> None:
    note_help(talk, kind)
    reply(talk, id)
    ask_open(talk)


def _back(talk: Talk) -> None:
    position = talk.position()
    if not position.behind:
        ask_open(talk, Phrase("This is the first question."))
        return
    talk.note(Reopened(position.behind[-1].id, talk.now))
    proceed(talk)


def _change(talk: Talk, page: str, *before: Phrase) -> None:
    position = talk.position()
    if not asking.changeable(position):
        ask_open(talk, Phrase("You did not answer a question yet."))
        return
    listed = asking.change_list(position, int(page) if page.isdecimal() else 1)
    beside(talk, "change", listed.text, *listed.choices, *listed.tools, before=before)


def _skip(talk: Talk) -> None:
    question = talk.open_question()
    if question is None:
        ask_open(talk)
    elif question.required:
        ask_open(talk, Phrase("I need an answer here. You can also ask for a person."))
    else:
        if not _keeps_visit(talk, question):
            talk.note(Skipped(question.id, talk.now))
        proceed(talk)


def _keep(talk: Talk) -> None:
    """Leave the answer of a question that was opened again as it is."""
    position = talk.position()
    question = position.open
    value = talk.memory.value(question.id) if isinstance(question, Ask) and position.reopened else None
    if isinstance(question, Ask) and value is not None:
        if not _keeps_visit(talk, question):
            talk.note(Answered(question.id, value, talk.now))
        proceed(talk)
    else:
        ask_open(talk)


def _keeps_visit(talk: Talk, question: Ask) -> bool:
    """Who skips choosing another time keeps the one that is booked."""
    booked = talk.standing_booking()
    if booked is None or not isinstance(question.kind, SlotAnswer):
        return False
    stays(talk, booked)
    return True


def note_help(talk: Talk, kind: str) -> None:
    """Note that something was asked beside the open question, for who looks where people need help."""
    talk.helped = kind
    question = talk.open_question()
    if question:
        talk.note(Helped(question.id, kind, talk.now))


def _why(talk: Talk) -> None:
    note_help(talk, "why")
    question = talk.open_question()
    if question is None:
        ask_open(talk)
    else:
        ask_open(talk, Phrase(question.why) if question.why else Phrase("I ask this to help you well."))


def _help(talk: Talk) -> None:
    note_help(talk, "help")
    text = Phrase(
        "I ask short questions. Tap a button or type your answer. You can also type: back, skip, why, person, stop."
    )
    common = (command("Common questions", "questions"),) if talk.setting.faq.ids else ()
    talk.says.append(Saying(text, tools=(*common, *beside_the_flow(talk))))
    ask_open(talk)


def _language(talk: Talk, language: str) -> None:
    allowed = talk.setting.languages
    if language in allowed:
        speak(talk, language)
        ask_open(talk)
        return
    text = Phrase("Which language do you want to speak?")
    talk.says.append(Saying(text, tuple(map(own_name, allowed)), languages=allowed))


def own_name(language: str) -> Choice:
    """The button that chooses a language, by its own name."""
    return Choice(Phrase(OWN_NAMES[language], fixed=True), Tap(COMMAND, f"language:{language}"))


def speak(talk: Talk, language: str) -> None:
    """From here on in ``language``, reminders included."""
    talk.note(LanguageChosen(language, talk.now))
    talk.order(SpeakLanguage(language))


def _person(talk: Talk) -> None:
    question = talk.position().open
    talk.order(CallPerson(question.id if isinstance(question, Ask) else None))
    talk.say("I told a coach that you want to talk to a person. {phone_line}")
    if question is not None:
        ask_open(talk)


def _stop(talk: Talk) -> None:
    talk.note(Stopped(talk.now))
    talk.order(KeepQuiet())
    talk.choose(
        "I stop. Your answers stay here. Do you want to go on later? Type something.",
        command("Go on", "continue"),
    )


def _erase(talk: Talk, *, sure: bool) -> None:
    if sure:
        talk.order(EraseEverything())
        return
    sure_text = Phrase("I erase all your answers here, and cancel your appointment. Are you sure?")
    beside(talk, "erase", sure_text, command("Yes, erase it all", "erase:yes"), command("No", "repeat"))


def resume(talk: Talk) -> None:
    """Whoever stopped and says something again is back."""
    if talk.memory.stopped:
        talk.note(Resumed(talk.now))
