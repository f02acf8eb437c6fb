"""An update that cannot be processed is put aside: kept for staff, answered with one apology, out of the way."""

from __future__ import annotations

from bot.call import Call
from bot.incoming import Taken
from bot.people import Partner, StaffChat, meet
from bot.speak import speak
from casework.announcements import announce_about
from casework.notices import News, give_notice
from flows.messages import Phrase, Saying
from flows.render import render
from storage.vault import SealBroken

SORRY = Phrase("Sorry, something went wrong on our side. What you said is kept. A person can help you: {phone_line}")


def park(call: Call, reason: str) -> Taken:
    """Keep the update sealed with the error's name, tell the person once, and the staff by a notice."""
    partner = _partner(call)
    chat_id = partner.chat_id if partner else None
    key = partner.key if isinstance(partner, Partner) else call.house.vault.house
    sealed = key.seal((call.incoming.body or "").encode("utf-8", "replace"), call.about)
    if not call.take_in(chat_id, state="parked", reason=reason, sealed=sealed):
        return Taken(chat_id, duplicate=True)
    _tell_staff(call)
    if not isinstance(partner, Partner):
        return Taken(chat_id)
    apology = render(Saying(SORRY), call.setting, partner.language)
    return Taken(chat_id, package=speak(call.session, call.house, partner, [apology], call.now).package)


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
