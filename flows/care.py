"""When somebody is in distress: the talk rests in that turn, with a kind word and who can help, until they tap."""

from __future__ import annotations

from flows.answers.matching import names_an_option
from flows.aside import beside, typed
from flows.asking import command
from flows.commands import recognise as recognise_command
from flows.distress import AMBIGUOUS, Distress, recognise
from flows.effects import CallPerson, CallUrgently, KeepQuiet, LeaveInPeace, RemoveMessage
from flows.heard import (
    CARE,
    COMMAND,
    SESSION,
    VISIT,
    Arrived,
    CannotRead,
    Heard,
    Outcome,
    Said,
    Tap,
    Tapped,
    TooPersonal,
    VoiceNote,
)
from flows.log import Aside, Comforted, Distressed, Stopped, WentOn
from flows.menu import ask_open
from flows.messages import Choice, Phrase, Saying
from flows.minors import is_minor
from flows.recordings import CANNOT_LISTEN
from flows.steer import resume, speak, steer
from flows.talk import Talk
from flows.undertone import listen

FEELING = "feeling"
HOPELESS = "hopeless"
KIND_WORDS = {  # that fit too where somebody else is hit, or is threatened by who writes
    "danger": Phrase("This sounds dangerous. Please ask for help now."),
    "suicide": Phrase("I am glad that you tell me this. You are not alone."),
    "violence": Phrase("I am sorry that this happens. It is not your fault."),
    HOPELESS: Phrase("That sounds hard. It is good that you tell me."),
}
COMFORT = (
    Phrase("I am still here. My questions can wait."),
    Phrase("You do not have to carry this alone."),
    Phrase("It is good that you write. These people listen to you."),
    Phrase("Take all the time you need."),
)
COLLEAGUE_KNOWS = Phrase("A colleague gets a signal now that you want contact.")
NOBODY_READS = Phrase("Nobody reads along here now. A colleague gets a signal, and sees it later.")
COLLEAGUE_KNEW = Phrase("A colleague has had a signal that you want contact.")
STILL_NOBODY = Phrase("Nobody reads along here now.")
GO_ON = Choice(Phrase("Go on"), Tap(CARE, "on"))


def hear_distress(talk: Talk, heard: Heard, aside: Aside | None) -> bool:
    """Whether ``heard`` has been seen to here: distress, what is said while the talk rests, a button of ours."""
    if isinstance(heard, Outcome):
        return False
    alarm, tap = _alarm(talk, heard), tap_meant(talk, heard, aside)
    if talk.memory.with_coach and (alarm is None or alarm.kind == AMBIGUOUS):
        return _goes_on_with_coach(talk, tap)
    if alarm:
        _take_in(talk, alarm, aside)
    elif tap and tap.question == CARE:
        return _tapped(talk, tap.option)
    elif talk.memory.distress is None or not _at_rest(talk, heard, aside):
        return False
    if isinstance(heard, TooPersonal):
        talk.order(RemoveMessage())
    return True


def _goes_on_with_coach(talk: Talk, tap: Tap | None) -> bool:
    """A coach is there who hears what sounds hard and comforts; we go on when the person says so, and ask nothing."""
    goes_on = tap == GO_ON.tap
    if goes_on and talk.memory.distress:
        talk.note(WentOn(talk.now))
    return goes_on


def tap_meant(talk: Talk, heard: Heard, aside: Aside | None) -> Tap | None:
    """The button that was tapped, or that of the side question ``aside`` whose name was typed."""
    match heard:
        case Tapped(tap):
            return tap
        case Said(text) if aside:
            return typed(talk, aside, text)
        case _:
            return None


def _words(heard: Heard) -> str:
    match heard:
        case Said(text) | TooPersonal(_, text):
            return text
        case _:
            return ""


def is_distress(talk: Talk, said: Said) -> bool:
    """Whether no word of this may be kept: it is about distress, or is said while the talk rests."""
    return talk.memory.distress is not None or _alarm(talk, said) is not None


def first_words(talk: Talk, alarm: Distress) -> Saying:
    """What is said when the talk comes to rest."""
    knows = COLLEAGUE_KNOWS if talk.setting.is_staffed(talk.now) else NOBODY_READS
    return _message(talk, KIND_WORDS[_kind(alarm)], knows, Distress(_kind(alarm), _answered_in(talk, alarm)))


def _answered_in(talk: Talk, alarm: Distress) -> str:
    """A language of the words that there are numbers in, rather that of the talk; without one, that of the talk."""
    rather = (talk.language, *talk.setting.languages, *alarm.languages)
    known = talk.setting.wording.care.helplines.triggers.keys() & {alarm.language, *alarm.languages}
    return next((language for language in rather if language in known), talk.language)


def _kind(alarm: Distress) -> str:
    return HOPELESS if alarm.kind == AMBIGUOUS else alarm.kind


def _alarm(talk: Talk, heard: Heard) -> Distress | None:
    """What the open question offers as an answer is never distress."""
    alarm = _distress(talk, heard)
    question = talk.open_question() if alarm else None
    if question and names_an_option(_words(heard), question.kind.options, talk.reader(question.id)):
        return None
    return alarm


def _distress(talk: Talk, heard: Heard) -> Distress | None:
    care = talk.setting.wording.care
    match heard:
        case Said(text, undertone):
            return (undertone or listen(text, care)).distress
        case TooPersonal(_, words) | CannotRead(_, words) if words:
            return recognise(words, care.distress)
        case _:
            return None


def _take_in(talk: Talk, alarm: Distress, aside: Aside | None) -> None:
    language = _answered_in(talk, alarm)
    if language in talk.setting.languages and language != talk.memory.language:
        speak(talk, language)
    resting = talk.memory.distress
    if alarm.kind != AMBIGUOUS:
        _rest(talk, alarm, again=resting is not None and resting.kind == alarm.kind)
    elif resting:
        _comfort(talk)
    elif aside and aside.name == FEELING:
        _rest(talk, alarm)
    else:
        _ask_softly(talk)


def _ask_softly(talk: Talk) -> None:
    beside(
        talk,
        FEELING,
        Phrase("Is it about how you feel, or about my questions?"),
        Choice(Phrase("How I feel"), Tap(CARE, "feel")),
        Choice(Phrase("The questions"), Tap(CARE, "questions")),
        command("A person", "person"),
        before=(Phrase("I hear that it is hard."),),
    )


def _rest(talk: Talk, alarm: Distress, *, again: bool = False) -> None:
    talk.note(Distressed(_kind(alarm), _answered_in(talk, alarm), talk.now))
    talk.order(CallUrgently())
    talk.order(LeaveInPeace())
    if again:
        _comfort(talk)
    else:
        talk.says.append(first_words(talk, alarm))


def _tapped(talk: Talk, option: str) -> bool:
    match option:
        case "feel":
            _rest(talk, Distress(HOPELESS, talk.language))
        case "on":
            _go_on(talk)
        case "questions" if not talk.memory.distress:
            ask_open(talk, Phrase("Then we take it slowly. You may skip a question, or stop."))
        case _ if talk.memory.distress:
            _comfort(talk)
        case _:
            return False
    return True


def _go_on(talk: Talk) -> None:
    if talk.memory.distress:
        talk.note(WentOn(talk.now))
    resume(talk)
    ask_open(talk)


def _at_rest(talk: Talk, heard: Heard, aside: Aside | None) -> bool:
    """Typed words answer no question now; a few commands work, and a tap about an appointment goes on."""
    if isinstance(heard, Tapped) and heard.tap.question in (VISIT, SESSION):
        talk.note(WentOn(talk.now))
        return False
    if isinstance(heard, VoiceNote):
        talk.says.append(Saying(CANNOT_LISTEN))
    if not isinstance(heard, Arrived):
        _obey(talk, _command(talk, heard, aside), by_tap=isinstance(heard, Tapped))
    return True


def _command(talk: Talk, heard: Heard, aside: Aside | None) -> str:
    tap = tap_meant(talk, heard, aside)
    if tap:
        return tap.option if tap.question == COMMAND else ""
    return recognise_command(_words(heard), talk.setting.wording, fuzzy=False) or ""


def _obey(talk: Talk, name: str, *, by_tap: bool) -> None:
    word, _, detail = name.partition(":")
    match word:
        case "stop":
            _stop(talk)
        case "erase":
            steer(talk, name)
        case "continue" if by_tap:
            _go_on(talk)
        case "person":
            talk.order(CallPerson(None))
            talk.say("I told a coach that you want to talk to a person. {phone_line}")
            _comfort(talk)
        case "language" if detail not in talk.setting.languages:
            steer(talk, "language")
        case "language":
            _in_language(talk, detail)
        case _:
            _comfort(talk)


def _in_language(talk: Talk, language: str) -> None:
    """The numbers follow the language that was asked for."""
    speak(talk, language)
    resting = talk.memory.distress
    if resting:
        talk.note(Distressed(resting.kind, language, talk.now))
    _comfort(talk)


def _stop(talk: Talk) -> None:
    talk.note(Stopped(talk.now))
    talk.order(KeepQuiet())
    talk.choose("I stop. Your answers stay here. Tap the button if you want to go on later.", GO_ON)


def _comfort(talk: Talk) -> None:
    """Another kind word each time, and the numbers again."""
    resting = talk.memory.distress
    if resting:
        word = COMFORT[talk.memory.comforted % len(COMFORT)]
        talk.note(Comforted(talk.now))
        knows = COLLEAGUE_KNEW if talk.setting.is_staffed(talk.now) else STILL_NOBODY
        talk.says.append(_message(talk, word, knows, Distress(resting.kind, resting.language)))


def _message(talk: Talk, word: Phrase, knows: Phrase, alarm: Distress) -> Saying:
    helplines = talk.setting.wording.care.helplines
    triggers = (alarm.kind, "minor") if is_minor(talk.memory) else (alarm.kind,)
    texts = (text for trigger in triggers for text in helplines.texts(trigger, alarm.language))
    numbers = tuple(Phrase(text, fixed=True) for text in texts)
    return Saying(knows, (command("A person", "person"), GO_ON), before=(word,), lines=numbers)
