"""An update that cannot be processed is put aside: kept for staff, answered with one apology, out of the way."""

from __future__ import annotations

from bot.alert import call_urgently
from bot.call import Call
from bot.incoming import Taken
from bot.notebook import is_resting
from bot.people import Partner, StaffChat, meet
from bot.speak import speak
from casework.telling.announcements import announce_about
from casework.telling.notices import News, give_notice
from flows.care import first_words
from flows.distress import Distress, recognise
from flows.heard import Said
from flows.memory import Memory
from flows.messages import Phrase, Saying
from flows.render import render
from flows.secrets import is_secret
from flows.talk import Talk
from storage.vault import SealBroken

SORRY = Phrase("Sorry, something went wrong on our side. What you said is kept. A person can help you: {phone_line}")
SORRY_NOT_KEPT = Phrase("Sorry, something went wrong on our side. A person can help you: {phone_line}")


def park(call: Call, reason: str) -> Taken:
    """Keep the update sealed with the error's name, tell the person once, and the staff by a notice.

    Words that may be kept nowhere are not kept here either, and distress is answered all the same.
    """
    partner = _partner(call)
    chat_id = partner.chat_id if partner else None
    secret, alarm = _listen(call, partner)
    if not call.take_in(chat_id, state="parked", reason=reason, sealed=None if secret else _sealed(call, partner)):
        return Taken(chat_id, duplicate=True)
    _tell_staff(call)
    if not isinstance(partner, Partner):
        return Taken(chat_id)
    if alarm:
        call_urgently(call, partner)
        answer = first_words(Talk(call.setting, Memory(), call.now), alarm)
    else:
        answer = Saying(SORRY_NOT_KEPT if secret else SORRY)
    bubble = render(answer, call.setting, partner.language)
    return Taken(chat_id, package=speak(call.session, call.house, partner, [bubble], call.now).package)


def _listen(call: Call, partner: Partner | StaffChat | None) -> tuple[bool, Distress | None]:
    """Whether no word of it may be kept, and the distress in it."""
    heard, resting = call.incoming.heard, False
    if isinstance(partner, Partner):
        resting = is_resting(call.session, partner.conversation_id)
    try:
        secret = is_secret(Talk(call.setting, Memory(), call.now), heard)
        alarm = recognise(heard.text, call.setting.wording.care.distress) if isinstance(heard, Said) else None
    except Exception:  # what broke the turn may break this too: then nothing is kept
        return True, None
    return secret or resting, alarm


def _sealed(call: Call, partner: Partner | StaffChat | None) -> bytes:
    key = partner.key if isinstance(partner, Partner) else call.house.vault.house
    return key.seal((call.incoming.body or "").encode("utf-8", "replace"), call.about)


def _partner(call: Call) -> Partner | StaffChat | None:
    """``None`` when the person's key cannot be opened: then nothing can be said to them here either."""
    setting = call.setting
    try:
        return meet(call.session, call.house.vault, call.place, setting.languages[0], setting.flow.id, call.now)
    except SealBroken:
        return None


def _tell_staff(call: Call) -> None:
    incoming = call.incoming
    subject = f"{incoming.channel}/{incoming.update_key}"
    key = f"parked|{incoming.organisation}|{subject}"
    give_notice(call.session, News(incoming.organisation, "parked_update", subject, key), call.now)
    announce_about(call.session, call.house.voice, subject, call.now)
