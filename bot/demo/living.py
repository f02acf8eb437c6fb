"""The life of one invented person: they talk through the same door as everybody, come to their visit, write again."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random

from sqlmodel import Session, col, select

from bot.channels.transcript import mark_shown
from bot.demo.inventing import Somebody
from bot.demo.staffing import Team
from bot.demo.walking import Walker
from bot.demo.weeks import Weeks
from bot.demo.written import Written
from bot.people import Place
from bot.stage import Actor, Stage
from casework.house.demonstration import ADDRESS
from casework.sessions.group_sessions import ends_at
from casework.visiting.visit_states import AGREED
from flows.heard import COMMAND, COMPANY, SESSION, SMALL_STEP, Heard, Said, Tap, Tapped
from flows.messages import Bubble
from storage.columns import new_id
from storage.tables import Appointment, Outgoing

CHANNEL = "web"
LOOKS_AT_IT = timedelta(hours=3)
"""After so long somebody of the staff looks at a new case; what else they do comes a day later."""
WRITES_BACK = timedelta(minutes=12)
SOME_DAYS = timedelta(days=3)
EVENING = time(19, 10)
COME = "come"


class Life:
    def __init__(self, stage: Stage, somebody: Somebody, written: Written, weeks: Weeks) -> None:
        self._stage, self._who, self._written, self._weeks = stage, somebody, written, weeks
        self._random = Random(somebody.key)  # noqa: S311 - made to be the same each time
        self._actor = Actor(stage, Place(somebody.organisation, CHANNEL, f"{ADDRESS}{somebody.key}/{new_id()}"))
        flow = stage.house.setting(somebody.organisation, CHANNEL).flow
        self._walker = Walker(somebody, written, flow, self._random)
        self._team = Team(stage, somebody, written, self._actor, self._random)

    def begin(self) -> None:
        self._weeks.plan(self._who.arrives, self._comes)

    async def _comes(self) -> None:
        ended = await self._talk()
        if ended:
            await self._plan_the_rest()
        await self._stage.house.ledger.write(self._sees)

    async def _talk(self) -> bool:
        """To the end of the questions, or until they have enough of it."""
        story, fresh = self._who.story, await self._actor.starts(self._who.language)
        for _ in range(story.turns):
            asked = _asked(fresh)
            if asked is None:
                break
            for heard in self._walker.answers(asked):
                fresh = await self._says(heard)
        else:
            return False
        if story.asks_person:
            await self._says(Tapped(Tap(COMMAND, "person")))
        if story.session:
            await self._sign_up()
        return True

    async def _says(self, heard: Heard) -> list[Bubble]:
        """A little later, as somebody who reads first."""
        self._stage.clock.move(timedelta(seconds=self._random.randrange(8, 40)))
        match heard:
            case Tapped(tap):
                return await self._actor.tap(tap.question, tap.option)
            case Said(text):
                return await self._actor.says(text)
        raise ValueError(f"an invented person only taps and types, so not: {heard!r}")

    async def _sign_up(self) -> None:
        """For one of the first two group sessions they are shown, or for its waiting list."""
        shown = _wishes(await self._says(Tapped(Tap(COMMAND, "sessions"))), SESSION, "show")
        if shown:
            one = shown[: self._random.randint(1, 2)][-1]
            wishes = _wishes(await self._says(Tapped(one)), SESSION, "join", "wait")
            for wish in wishes[:1]:
                await self._says(Tapped(wish))
                self._plan_an_answer(wish.option.split(":")[1])

    def _plan_an_answer(self, group: str) -> None:
        """Whether its host may call them, if they were there."""
        house = self._stage.house.organisations[self._who.organisation]
        session = house.sessions[group]
        if session.host:
            self._weeks.plan(ends_at(house, session) + timedelta(hours=3), self._lets_company_call)

    async def _lets_company_call(self) -> None:
        await self._actor.looks()
        for wish in ("yes", "bare"):
            buttons = (button.tap for bubble in self._actor.fresh for button in bubble.buttons)
            tap = next((each for each in buttons if each.question == COMPANY and each.option.startswith(wish)), None)
            fresh = await self._says(Tapped(tap)) if tap else []
            if any(button.tap.option.startswith("no:") for bubble in fresh for button in bubble.buttons[:1]):
                await self._says(Said(f"0470 00 00 {self._random.randrange(10, 100)}"))
        await self._stage.house.ledger.write(self._sees)

    async def _plan_the_rest(self) -> None:
        story, now = self._who.story, self._stage.clock.now()
        if story.accepted:
            looks = self._team.at_work(now + LOOKS_AT_IT)
            works = self._team.at_work(looks + timedelta(days=1))
            self._weeks.plan(looks, self._team.takes_the_case)
            self._weeks.plan(works, self._team.works_on_it)
            self._weeks.plan(works + SOME_DAYS, self._tells_of_steps)
            if story.later:
                self._weeks.plan(works + WRITES_BACK, self._writes_again)
        visit = await self._stage.house.ledger.read(self._visit)
        if visit is not None:
            self._weeks.plan(self._evening_before(visit), self._confirms)
            self._weeks.plan(visit + timedelta(hours=1), self._team.saw_who_came)
        if story.outcome:
            ends = max(now, visit or now) + timedelta(days=1)
            self._weeks.plan(min(ends, self._weeks.until), self._team.closes_the_case)

    def _visit(self, session: Session) -> datetime | None:
        """When they come."""
        mine = Appointment.person_id == self._actor.partner(session).person_id, col(Appointment.state).in_(AGREED)
        return session.exec(select(Appointment.starts_at).where(*mine)).first()

    async def _confirms(self) -> None:
        """Who will come says so under the reminder."""
        await self._actor.looks()
        buttons = (button.tap for bubble in reversed(self._actor.seen) for button in bubble.buttons)
        come = next((tap for tap in buttons if tap.option.partition(":")[0] == COME), None)
        if self._who.story.came and come is not None:
            await self._says(Tapped(come))
        await self._stage.house.ledger.write(self._sees)

    async def _tells_of_steps(self) -> None:
        """How it goes with what was agreed on, where there is something to tell."""
        for number, what in enumerate(self._who.story.steps):
            if what is not None:
                shown = _wishes(await self._says(Tapped(Tap(COMMAND, "small_steps"))), SMALL_STEP, "show")
                for step in shown[number - len(self._who.story.steps) :][:1]:
                    for wish in _wishes(await self._says(Tapped(step)), SMALL_STEP, what):
                        await self._says(Tapped(wish))
        await self._stage.house.ledger.write(self._sees)

    async def _writes_again(self) -> None:
        """While a coach has the talk, who reads it later, or not yet."""
        await self._says(Said(self._random.choice(self._written.later[self._who.language])))
        await self._stage.house.ledger.write(self._sees)

    def _sees(self, session: Session) -> None:
        """What was said stands on their screen."""
        chat = self._actor.partner(session).chat_id
        waiting = select(Outgoing.id).where(Outgoing.chat_id == chat, Outgoing.state == "created")
        mark_shown(session, [row for row in session.exec(waiting) if row], self._stage.clock.now())

    def _evening_before(self, visit: datetime) -> datetime:
        zone = self._stage.house.organisations[self._who.organisation].tz
        day = visit.astimezone(zone).date() - timedelta(days=1)
        return datetime.combine(day, EVENING, zone)


def _asked(bubbles: list[Bubble]) -> Bubble | None:
    """The question that is open now, if one is."""
    return next((each for each in reversed(bubbles) if each.question and not each.redraws), None)


def _wishes(bubbles: list[Bubble], about: str, *wished: str) -> list[Tap]:
    taps = (button.tap for bubble in bubbles for button in bubble.buttons)
    return [tap for tap in taps if tap.question == about and tap.option.partition(":")[0] in wished]
