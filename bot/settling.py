"""What stands in the place of a question's buttons once it is answered: a mark, and the answer unless it is private."""

from __future__ import annotations

from collections.abc import Sequence

from bot.call import Call
from bot.incoming import Settled
from bot.people import Partner
from flows.heard import Tapped
from flows.log import Answered, Aside, Entry, Skipped
from flows.memory import Memory
from flows.messages import Phrase
from flows.render import phrase_text
from flows.talk import Talk

MARK = "✓"


def settled(
    call: Call, partner: Partner, memory: Memory, aside: Aside | None, entries: Sequence[Entry]
) -> Settled | None:
    """What this turn settled on the screen. ``memory`` is that after the turn, ``aside`` the one open before it."""
    tap = call.incoming.heard.tap if isinstance(call.incoming.heard, Tapped) else None
    given = next((entry for entry in entries if isinstance(entry, Answered | Skipped)), None)
    if tap and aside and f"{tap.question} {tap.option}" in aside.taps:
        return Settled(f"{MARK} {call.incoming.body or ''}".strip())
    if given is None:
        return None
    if tap and tap.question == given.question:
        return Settled(_mark(call, memory, given))
    return Settled(_mark(call, memory, given), given.question, partner.screen) if partner.screen else None


def _mark(call: Call, memory: Memory, entry: Answered | Skipped) -> str:
    setting = call.setting
    question = setting.flow.asks.get(entry.question)
    talk = Talk(setting, memory, call.now)
    shown = Phrase("(skipped)") if isinstance(entry, Skipped) else question and talk.shown(question)
    return f"{MARK} {phrase_text(shown, setting, talk.language)}" if shown else MARK
