"""In a story the program ends in the middle of a turn, and starts again: as it was, or with an edited flow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlmodel import Session

from bot.carriers import Carriers
from bot.converse import Converse
from bot.incoming import Incoming
from bot.scenes import Scenes
from bot.stage import Actor, NotShown, Stage
from flows.check import check_flow
from flows.conditions import ALWAYS
from flows.problems import Problems
from flows.script import Ask, Flow, Step
from storage.ledger import Ledger

T = TypeVar("T")


class _Killed(BaseException):
    """Nothing that catches mistakes may catch this: nobody is left to do so."""


@dataclass(frozen=True, slots=True)
class _Dying:
    """A ledger whose program is killed when all of a turn is written, and nothing of it is committed."""

    inner: Ledger

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def write(self, work: Callable[[Session], T]) -> T:
        def dies(session: Session) -> T:
            work(session)
            raise _Killed

        return await self.inner.write(dies)


def start_again(stage: Stage, scenes: Scenes | None = None) -> None:
    """A new house over the same database: what the old one held in memory is gone."""
    house = stage.house
    stage.house = replace(house, scenes=scenes or house.scenes, carriers=Carriers(), bots={})
    stage.converse = Converse(stage.house)


async def killed_with(actor: Actor, update: Incoming) -> None:
    """The update is taken, but the program is killed before the commit; so the channel delivers it once more."""
    stage = actor.stage
    dying = replace(stage.house, ledger=_Dying(stage.house.ledger))
    try:
        await Converse(dying).take(update)
    except _Killed:
        start_again(stage)
    await actor.at_once(update)


async def question_gone(actor: Actor, question: str) -> None:
    flow = _flow(actor)
    _edited(actor, tuple(step for step in flow.steps if step is not _ask(flow, question)))


async def answer_gone(actor: Actor, question: str, option: str) -> None:
    """One answer less to choose."""
    flow = _flow(actor)
    ask = _ask(flow, question)
    kind: Any = ask.kind
    fewer = replace(kind, options=tuple(each for each in kind.options if each.id != option))
    _edited(actor, tuple(replace(ask, kind=fewer) if step is ask else step for step in flow.steps))


async def answer_means(actor: Actor, question: str, option: str, name: str, value: str) -> None:
    """From now on this answer says something besides."""
    flow = _flow(actor)
    ask = _ask(flow, question)
    kind: Any = ask.kind
    more = tuple(
        replace(each, means=(*each.means, (name, value))) if each.id == option else each for each in kind.options
    )
    _edited(
        actor, tuple(replace(ask, kind=replace(kind, options=more)) if step is ask else step for step in flow.steps)
    )


async def question_moved(actor: Actor, question: str, before: str) -> None:
    """From now on everybody is asked this, before another question."""
    flow = _flow(actor)
    ask, other = _ask(flow, question), _ask(flow, before)
    steps: list[Step] = [step for step in flow.steps if step is not ask]
    steps.insert(steps.index(other), replace(ask, when=ALWAYS))
    _edited(actor, tuple(steps))


def _flow(actor: Actor) -> Flow:
    return actor.stage.house.scenes.setting(actor.place.organisation, actor.place.channel).flow


def _ask(flow: Flow, question: str) -> Ask:
    if question not in flow.asks:
        raise NotShown(f"the flow {flow.id} has no question {question}")
    return flow.asks[question]


def _edited(actor: Actor, steps: tuple[Step, ...]) -> None:
    """The flow of all who talk with this organisation, if nobody can get stuck in it."""
    old, problems = _flow(actor), Problems()
    flow = Flow(old.id, old.title, steps)
    check_flow(flow, problems)
    if problems.found:
        raise NotShown(f"the flow cannot be edited so: {problems.found[0].text}")
    settings = actor.stage.house.scenes.settings
    mine = actor.place.organisation
    edited = {key: replace(each, flow=flow) if key[0] == mine else each for key, each in settings.items()}
    start_again(actor.stage, Scenes(edited))
