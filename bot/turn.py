"""One turn as one transaction: hear, carry out the orders, keep the entries, put out what is said."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import update

from bot.arriving import came_from
from bot.call import Call
from bot.incoming import Taken
from bot.notebook import Page, add_turn, read_log
from bot.nudging import watch
from bot.passing_on import pass_on
from bot.people import CHAT, PERSON, Partner, StaffChat, meet
from bot.perform import perform
from bot.referral_desk import left_to_ask
from bot.referral_telling import private_news
from bot.settling import settled
from bot.speak import speak
from bot.step_desk import asked_elsewhere
from casework.talk.talk_reading import PRIVATE, REMOVED
from flows.contacts import ASKED_FOR, without_contacts
from flows.hear import ROUNDS, hear
from flows.heard import Arrived, Erased, Heard, HearsAloud, Outcome, Said, Tapped, TooPersonal
from flows.log import THE_PERSON, Entry, LanguageChosen
from flows.memory import Memory, remember
from flows.messages import Bubble, Phrase, Saying
from flows.render import phrase_text, render
from flows.secrets import is_secret
from flows.talk import Setting, Talk
from flows.undertone import listened
from storage import audit


class EndlessTurn(RuntimeError):
    """The orders of one turn led to each other without an end: a mistake in a flow or in the engine."""


@dataclass(slots=True)
class _Came:
    """What the rounds of a turn came to, together; after an erasure, for the new person who talks on here."""

    partner: Partner
    memory: Memory
    entries: list[Entry] = field(default_factory=list)
    says: list[Saying] = field(default_factory=list)
    toast: Phrase | None = None
    erased: bool = False
    hears: bool | None = None


def take_turn(call: Call, partner: Partner) -> Taken:
    """Carry one turn of a person through; a second delivery of the same update changes nothing."""
    call, setting = _listened(call), call.setting
    memory = Memory(asked=partner.asked, with_coach=partner.with_coach, has_steps=partner.has_steps)
    remember(read_log(call.session, partner.key, partner.conversation_id), memory)
    shown = _shown(call, setting, memory)
    sealed = partner.key.seal(shown.encode(), call.about) if shown else None
    if not call.take_in(partner.chat_id, conversation_id=partner.conversation_id, sealed=sealed):
        return Taken(partner.chat_id, duplicate=True)
    if call.incoming.by != THE_PERSON:
        audit.record(call.session, *_fills_in(call, partner))
    elif not isinstance(call.incoming.heard, Outcome):
        _welcome_back(call, partner)
    aside = memory.aside
    came = _rounds(call, partner, memory)
    partner, memory = came.partner, came.memory
    language = memory.language or setting.languages[0]
    bubbles = [render(saying, setting, language) for saying in sorted(came.says, key=_asks)]
    if came.erased:
        return _to_somebody_unknown(call, language, bubbles)
    if came.hears is not None:
        partner = replace(partner, hears=came.hears)
    spoken = speak(call.session, call.house, partner, bubbles, call.now)
    add_turn(call.session, partner, Page(came.entries, memory.asked, spoken.screen), call.now)
    watch(call, partner, memory, came.entries)
    pass_on(call, partner, memory)
    toast = phrase_text(came.toast, setting, language) if came.toast else None
    marks = settled(call, partner, memory, aside, came.entries)
    return Taken(partner.chat_id, toast=toast, settled=marks, package=spoken.package)


def _listened(call: Call) -> Call:
    """Once for what may be kept of the words, and for the turn itself."""
    heard = listened(call.incoming.heard, call.setting.wording.care)
    return replace(call, incoming=replace(call.incoming, heard=heard))


def _rounds(call: Call, partner: Partner, memory: Memory) -> _Came:
    came = _Came(partner, memory)
    if partner.new and call.incoming.language in call.setting.languages and partner.place.channel != "telegram":
        came.entries.append(LanguageChosen(call.incoming.language or "", call.now))
        remember(came.entries, memory)
    moved = came_from(call, partner)
    waiting: list[Heard] = [*((moved,) if moved else ()), call.incoming.heard, *left_to_ask(call, partner)]
    waiting += (*private_news(call, partner), *asked_elsewhere(call, partner))
    for _ in range(ROUNDS):
        if not waiting and moved and not came.erased and not any(map(_asks, came.says)):
            waiting, moved = [Arrived("again")], None
        if not waiting:
            return came
        heard = waiting.pop(0)
        if isinstance(heard, Erased):
            _forget(call, came, heard)
        if isinstance(heard, HearsAloud) and heard.how != "cannot":
            came.hears = heard.how == "on"
        turn = hear(call.setting, came.memory, heard, call.now, call.incoming.by)
        came.entries += turn.entries
        came.says += turn.says
        came.toast = came.toast or turn.toast
        waiting += [outcome for effect in turn.effects if (outcome := perform(call, came.partner, effect))]
    raise EndlessTurn(f"more than {ROUNDS} orders in one turn of flow {call.setting.flow.id}")


def _forget(call: Call, came: _Came, erased: Erased) -> None:
    """Nobody is left; or somebody unknown, whose log begins with what may stay."""
    came.entries = list(erased.afresh)
    anew = _stranger(call, came.partner.language) if erased.afresh else None
    if isinstance(anew, Partner):
        came.partner, came.memory = anew, remember(erased.afresh)
    else:
        came.erased = True


def _stranger(call: Call, language: str) -> Partner | StaffChat:
    return meet(call.session, call.house.vault, call.place, language, call.setting.flow.id, call.now)


def _asks(saying: Saying) -> bool:
    """The message with buttons comes last: under it is where the person looks."""
    return bool(saying.question or saying.choices)


def _to_somebody_unknown(call: Call, language: str, bubbles: list[Bubble]) -> Taken:
    """Who was erased gets the last word as a stranger: nothing leads from the one to the other."""
    stranger = _stranger(call, language)
    if not isinstance(stranger, Partner):
        return Taken(stranger.chat_id)
    return Taken(stranger.chat_id, package=speak(call.session, call.house, stranger, bubbles, call.now).package)


def _shown(call: Call, setting: Setting, memory: Memory) -> str | None:
    """What the transcript may show of this update: nothing of what answers a private question."""
    body, heard = call.incoming.body, call.incoming.heard
    if isinstance(heard, TooPersonal):
        return REMOVED
    talk = Talk(setting, memory, call.now)
    if body and memory.with_coach and isinstance(heard, Said):
        return body.encode("utf-8", "replace").decode()
    if not body or is_secret(talk, heard):
        return None
    tapped = setting.flow.asks.get(heard.tap.question) if isinstance(heard, Tapped) else None
    meant = [ask for ask in ((tapped,) if tapped else (talk.open_question(), talk.seen_instead())) if ask]
    if any(ask.tier != "A" for ask in meant):
        return PRIVATE
    shown = body if any(ask.kind.expects in ASKED_FOR for ask in meant) else without_contacts(body)
    return shown.encode("utf-8", "replace").decode()


def _fills_in(call: Call, partner: Partner) -> tuple[str, str, str, str, datetime]:
    """For the audit: a coach gave an answer together with the person."""
    actor = call.incoming.by.replace("coach:", "staff:")
    return partner.place.organisation, actor, "conversation.fill_in", partner.conversation_id, call.now


def _welcome_back(call: Call, partner: Partner) -> None:
    """Who writes to us can be reached, and wants to be."""
    run = call.session.connection().execute
    if partner.chat_state != "open":
        run(update(CHAT).where(CHAT.c.id == partner.chat_id).values(state="open"))
    if partner.quiet:
        run(update(PERSON).where(PERSON.c.id == partner.person_id).values(quiet=False))
