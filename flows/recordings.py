"""Voice messages: kept for the coach where the organisation wants that and the person says yes, never without."""

from __future__ import annotations

from flows.answers.consent import ConsentAnswer
from flows.aside import beside
from flows.asking import command
from flows.effects import KeepRecording, RecordConsent
from flows.heard import RecordingKept, VoiceNote
from flows.log import Spoke, VoiceAllowed
from flows.menu import ask_open
from flows.messages import Phrase
from flows.talk import Talk

SCOPE = "voice"
WORDING = 1
MOST_SECONDS = 120
MOST_BYTES = 2**20
CANNOT_LISTEN = Phrase("I cannot listen to voice messages. Type it, or ask for a person.")


def hear_voice(talk: Talk, note: VoiceNote) -> None:
    """Nothing of it has been fetched, and nothing is before a yes."""
    question = talk.open_question()
    asked = question.id if question else None
    agreeing = question and isinstance(question.kind, ConsentAnswer)
    if not talk.setting.voice_notes or agreeing or talk.memory.voice_allowed is False:
        ask_open(talk, CANNOT_LISTEN)
    elif not 0 <= note.seconds <= MOST_SECONDS or note.size > MOST_BYTES:
        ask_open(talk, Phrase("Your voice message is too long. Keep it under two minutes."))
    elif talk.memory.voice_allowed:
        talk.order(KeepRecording(note.ref, note.seconds, asked))
    else:
        talk.note(Spoke(note.ref, note.seconds, talk.now, asked))
        may_i = Phrase("I cannot listen to it. May I keep your voice message for your coach?")
        beside(talk, SCOPE, may_i, command("Yes, keep it", "voice:yes"), command("No", "voice:no"))


def decide_voice(talk: Talk, answer: str) -> None:
    """What the person said to that question, now or by its button later on."""
    spoke = talk.memory.spoke
    if spoke is None or answer not in ("yes", "no"):
        ask_open(talk)
        return
    allowed = answer == "yes"
    talk.note(VoiceAllowed(allowed, talk.now))
    talk.order(RecordConsent(SCOPE, WORDING, allowed, talk.language))
    if allowed:
        talk.order(KeepRecording(spoke.ref, spoke.seconds, spoke.question))
    else:
        ask_open(talk, Phrase("Good. I do not keep it. Type it, or ask for a person."))


def tell_kept(talk: Talk, outcome: RecordingKept) -> None:
    if outcome.kept:
        ask_open(talk, Phrase("I keep it for your coach. Now tap a button here, or type something."))
    else:
        ask_open(talk, Phrase("I can keep no more voice messages. Type it, or ask for a person."))
