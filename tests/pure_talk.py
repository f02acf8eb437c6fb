"""A conversation over the engine alone: no database, and desks in memory that always have a free time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from bot.entries import from_row, to_json
from flows.answers.choices import SeveralChoices
from flows.answers.slot import SlotAnswer
from flows.effects import (
    AnswerSession,
    AnswerVisit,
    BookSlot,
    EraseEverything,
    FindOffers,
    FindReferrals,
    FindSessions,
    FindSlots,
    GiveVisitFile,
    HandOver,
    KeepRecording,
    LookForCheque,
    MakeLink,
    ReadAloud,
    WishOffer,
)
from flows.hear import ROUNDS, hear
from flows.heard import (
    COMMAND,
    Accomplished,
    CannotRead,
    ContactShared,
    Erased,
    Heard,
    HearsAloud,
    LinkMade,
    Outcome,
    RecordingKept,
    Said,
    Slot,
    SlotGone,
    SlotsFound,
    Started,
    Tap,
    Tapped,
    VisitFile,
)
from flows.log import Entry, Value
from flows.memory import Memory, remember
from flows.messages import Bubble
from flows.offer_card import OfferCard, OffersFound, OfferWished
from flows.referral_card import ReferralsFound
from flows.render import render
from flows.script import Ask
from flows.talk import Setting, Turn
from flows.walk import walk
from tests.pure_sessions import Sessions
from tests.stage import WEDNESDAY, papers

BRUSSELS = ZoneInfo("Europe/Brussels")
SLOTS = tuple(
    Slot(f"{at:%Y%m%dT%H%M}-an", at.astimezone(BRUSSELS), 45, "an", "werkstation")
    for at in (WEDNESDAY + timedelta(days=day) for day in range(2, 800, 3))
)
SECOND = timedelta(seconds=1)


@cache
def scenes() -> dict[tuple[str, str], Setting]:
    return dict(papers().scenes.settings)


@dataclass
class Talk:
    """A conversation with desks that always say yes, except that the first ``gone`` times are just taken.

    ``latest`` is the turn that was taken last, all its rounds together.
    """

    setting: Setting
    gone: int = 0
    log: list[Entry] = field(default_factory=list)
    screen: list[Bubble] = field(default_factory=list)
    memory: Memory = field(default_factory=Memory)
    rounds: int = 0
    booked: int = 0
    sessions: Sessions = field(default_factory=lambda: Sessions(WEDNESDAY))
    erased: bool = False
    offers: tuple[OfferCard, ...] = ()
    latest: Turn = field(default_factory=lambda: Turn((), (), ()))
    now: datetime = WEDNESDAY

    def hears(self, heard: Heard) -> list[Bubble]:
        """Take a turn as ``bot/turn.py`` does; the new bubbles, the one that asks at the end."""
        self.now += SECOND
        waiting: list[Heard] = [heard]
        turns: list[Turn] = []
        self.rounds = 0
        while waiting:
            self.rounds += 1
            assert self.rounds <= ROUNDS, "orders lead to each other without an end"
            heard = waiting.pop(0)
            if isinstance(heard, Erased) and heard.afresh:
                self.erased, self.log = False, list(heard.afresh)
                self.memory = remember(self.log)
            turn = hear(self.setting, self.memory, heard, self.now)
            turns.append(turn)
            self.log += turn.entries
            waiting += [outcome for effect in turn.effects if (outcome := self.outcome(effect))]
        self.latest = _together(turns)
        language = self.memory.language or self.setting.languages[0]
        if any(isinstance(effect, EraseEverything) and not effect.afresh for effect in self.latest.effects):
            self.erased, self.log, self.memory = True, [], Memory()
        bubbles = [render(saying, self.setting, language) for saying in self.latest.says]
        self.screen += bubbles
        return bubbles

    def outcome(self, effect: object) -> Outcome | None:
        match effect:
            case FindSlots(question, _, _, after, when):
                later = (slot for slot in SLOTS if slot.start > (after or self.now))
                free = tuple(slot for slot in later if when.fits(slot.start))
                return SlotsFound(question, free[:3], len(free) > 3, when, after)
            case BookSlot() if self.gone:
                self.gone -= 1
                others = tuple(slot for slot in SLOTS[2:9] if slot.start > self.now and effect.when.fits(slot.start))
                return SlotGone(effect.question, others, when=effect.when)
            case BookSlot(step, _, slot):
                self.booked += 1
                return Accomplished(step, self.visit("booked", slot))
            case AnswerVisit(step, wish):
                state = {"come": "confirmed", "move": "moving", "cancel": "cancelled"}[wish]
                return Accomplished(
                    step, {**self.visit(state, SLOTS[0].value)} if state != "cancelled" else {"state": state}
                )
            case HandOver(step, _, _, _, case):
                return Accomplished(step, {"state": "handed_over", "case": case or "case1"})
            case LookForCheque(step):
                return Accomplished(step, {"state": "left"})
            case EraseEverything(because, afresh):
                return Erased(because, afresh)
            case MakeLink(to):
                return LinkMade(to, "https://opstap.example/continue")
            case GiveVisitFile():
                return VisitFile("link", "https://opstap.example/visit.ics") if self.booked else VisitFile("none")
            case ReadAloud(on):
                return HearsAloud("on" if on else "off")
            case FindReferrals(_, beside):
                return None if beside else ReferralsFound(())
            case FindOffers():
                return OffersFound(self.offers) if self.offers else None
            case WishOffer(offer):
                return OfferWished(next((card for card in self.offers if card.id == offer), None))
            case FindSessions():
                return self.sessions.find(effect)
            case AnswerSession():
                return self.sessions.answer(effect)
            case KeepRecording():
                return RecordingKept(kept=True)
            case _:
                return None

    def visit(self, state: str, slot: str) -> dict[str, str]:
        start = next((each.start for each in SLOTS if each.value == slot), SLOTS[0].start)
        place = {"coach": "An", "place": "werkstation", "start": start.isoformat()}
        return {"state": state, "appointment": f"v{self.booked}", "version": str(self.booked), **place}

    @property
    def open(self) -> Ask | None:
        found = walk(self.setting.flow, self.memory, self.setting.facts).open
        return found if isinstance(found, Ask) else None

    @property
    def result(self) -> dict[str, Value]:
        return walk(self.setting.flow, self.memory, self.setting.facts).result


TYPED = [
    "ja",
    "nee",
    "terug",
    "waarom",
    "overslaan",
    "wijzig",
    "frans",
    "nederlands",
    "help",
    "opnieuw",
    "stop",
    "agenda",
]
TYPED += ["1", "2 en 3", "3600", "Genk", "Fatma", "0470 12 34 56", "a@b.be", "oui", "non", "retour", "weet ik niet"]
TYPED += [
    "een mens",
    "verplaats mijn afspraak",
    "annuleer mijn afspraak",
    "dat klopt",
    "vrijdag",
    "dinsdag na de middag",
    "la semaine prochaine",
    "een andere dag",
    "infosessie",
    "mijn sessies",
    "/start",
    "🙂",
    "\x00",
    " ",
]
COMMANDS = ["back", "skip", "why", "change", "change:2", "change:99", "person", "repeat", "language", "language:fr"]
COMMANDS += ["sessions", "my_sessions", "referrals", "hello", "summary", "restart", "restart:yes"]
COMMANDS += ["language:nl", "stop", "continue", "move", "cancel", "help", "privacy", "done", "nonsense"]
ODD = st.one_of(
    st.sampled_from(TYPED).map(Said),
    st.text(max_size=60).map(Said),
    st.sampled_from(["voice", "photo", "sticker", "file", "location", "other"]).map(CannotRead),
    st.just(ContactShared("+32470123456")),
    st.just(Started()),
)
REPLIES = st.tuples(st.integers(0, 9), st.integers(0, 40), st.sampled_from(COMMANDS), ODD)
"""What to do next, which of the buttons there are, which command, and something odd to say."""


def reply(talk: Talk, choice: tuple[int, int, str, Heard]) -> Heard:
    """Mostly an answer with a button that is there; sometimes an old one, a command or something odd."""
    what, which, command, odd = choice
    newest = talk.screen[-1].buttons if talk.screen else ()
    shown = [button for bubble in talk.screen for button in (*bubble.buttons, *bubble.tools)]
    if what <= 5 and newest:
        return Tapped(newest[which % len(newest)].tap)
    if what == 6 and shown:
        return Tapped(shown[which % len(shown)].tap)
    if what == 7:
        return Tapped(Tap(COMMAND, command))
    if what == 8:
        asks = list(talk.setting.flow.asks)
        return Tapped(Tap(asks[which % len(asks)], ("~", "=", "+x", ">2", ">x", "yes", "=yes", "")[which % 8]))
    return odd


MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PLACES = st.sampled_from([("genk", "web"), ("genk", "telegram"), ("jobin", "web"), ("handel", "telegram")])
LANGUAGES = st.sampled_from(["nl", "fr"])


def _together(turns: list[Turn]) -> Turn:
    says = sorted((saying for turn in turns for saying in turn.says), key=lambda it: bool(it.question or it.choices))
    entries = tuple(entry for turn in turns for entry in turn.entries)
    effects = tuple(effect for turn in turns for effect in turn.effects)
    return Turn(entries, tuple(says), effects, next((turn.toast for turn in turns if turn.toast), None))


def kept(entry: Entry) -> Entry:
    """The entry as it comes back from the database."""
    return from_row(type(entry).__name__.lower(), getattr(entry, "question", None), entry.at, to_json(entry))


def answered_up_to(talk: Talk, language: str, picks: list[int]) -> list[str]:
    """Answer question after question; the ids, in order."""
    talk.hears(Started())
    talk.hears(Tapped(Tap("language", language)))
    asked: list[str] = []
    for pick in picks:
        question = talk.open
        if question is None or talk.erased:
            break
        asked.append(question.id)
        talk.hears(plain_answer(talk, question, pick))
    return asked


def plain_answer(talk: Talk, question: Ask, pick: int) -> Heard:
    options, languages = question.kind.options, talk.setting.languages
    if question.kind.expects == "language":
        return Tapped(Tap(question.id, languages[pick % len(languages)]))
    if question.id == "privacy":
        return Tapped(Tap("privacy", "yes"))
    if question.id == "recap":
        return Tapped(Tap("recap", "ok"))
    if question.id == "young_age":
        return Tapped(Tap("young_age", "from_13"))  # younger people are forgotten at once
    if isinstance(question.kind, SlotAnswer):
        return Tapped(Tap(question.id, SLOTS[pick % len(SLOTS)].value))
    if isinstance(question.kind, SeveralChoices):
        alone = [option for option in options if option.alone]
        if alone and pick % 5 == 0:
            return Tapped(Tap(question.id, alone[0].id))
        talk.hears(Tapped(Tap(question.id, f"+{options[pick % len(options)].id}")))
        return Tapped(Tap(question.id, "="))
    if options:
        return Tapped(Tap(question.id, options[pick % len(options)].id))
    typed = {"place": ("3600", "1000", "3800"), "phone": ("0470 12 34 56",), "email": ("a@example.be",)}
    words = typed.get(question.kind.expects, ("Fatma", "Hulp in huis"))
    return Said(words[pick % len(words)])


def same(question: Ask, value: Value) -> Heard:
    """The standing answer once more, as somebody would give it."""
    if isinstance(question.kind, SeveralChoices | SlotAnswer):
        return Tapped(Tap(question.id, "="))
    return Tapped(Tap(question.id, str(value))) if question.kind.options else Said(str(value).partition(":")[0])


PICKS = st.lists(st.integers(0, 30), min_size=4, max_size=45)
