"""What ``opstap check`` finds in a flow: everything that would leave a person stuck, puzzled or unheard."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from string import Formatter

from flows.answers.choices import SeveralChoices
from flows.answers.consent import ConsentAnswer
from flows.answers.number import NumberAnswer
from flows.answers.own_page import OwnPage
from flows.answers.place import PlaceAnswer
from flows.answers.slot import SlotAnswer
from flows.conditions import PRIVATE_CHANNEL, All, AtLeast, AtMost, Condition, Has, Is, Known, Test, Within, tests
from flows.load import Scripts
from flows.problems import Problems, known_or_near, refuse_first
from flows.reachable import earlier_names, impossible
from flows.script import SCREEN, Ask, Do, Flow, Say, Step

FACTS = {
    "channel": ("telegram", "web", "terminal", "phone"),
    PRIVATE_CHANNEL: ("yes", "no"),
    "work_language": ("nl", "fr"),
    "visit_way": ("office", "phone", "video", "partner"),  # a question too, where an organisation offers several
}
REGIONS = frozenset({"area", "neighbours"})
PLACEHOLDERS = frozenset(
    [
        "organisation",
        "phone_line",
        "who_sees",
        "first_name",
        "when",
        "coach",
        "how",
        "place_name",
        "address",
        "directions",
        "other_service",
        "other_line",
    ]
)
LONGEST_BUTTON = 51
"""Bytes for a question's and an option's id together, so that a signed button fits into Telegram's 64."""


def sound_flow(name: str, *folders: Path) -> Flow:
    """The flow ``name``. Raises ``Misread`` for the first problem found."""
    scripts = Scripts(*folders)
    flow = scripts.flow(name)
    check_flow(flow, scripts.problems)
    refuse_first(scripts.problems.found)
    return flow


def check_flow(flow: Flow, problems: Problems) -> None:
    """Add everything that is wrong with ``flow``; a flow without problems can be published."""
    for step in flow.steps:
        _condition(flow, step, problems)
        match step:
            case Say():
                _placeholders(step, (step.text,), problems)
            case Ask():
                _question(flow, step, problems)
            case Do():
                _order(flow, step, problems)


def _condition(flow: Flow, step: Step, problems: Problems) -> None:
    before = earlier_names(flow, step)
    sound = True
    for test in tests(step.when):
        for problem, remedy in _test(flow, test, before):
            problems.add(step.where, problem, remedy)
            sound = False
    if sound and impossible(flow, step, FACTS):
        remedy = "Mend its `when:` or that of the `use:` around it, or take the step out"
        problems.add(step.where, "no answers at all lead to this step", remedy)


def _test(flow: Flow, test: Test, before: set[str]) -> Iterator[tuple[str, str]]:
    name = test.name
    if name in FACTS:
        yield from _fact(test)
    elif name not in before:
        later = name in flow.asks or name in flow.dos
        remedy = "Ask it before this step" if later else known_or_near(name, before | set(FACTS))
        yield f"the condition names {name}, which is {'asked only later' if later else 'no question'}", remedy
    elif name in flow.asks:
        yield from _about(flow.asks[name], test)
    elif name not in flow.dos:
        yield from _meant(test, flow.sources(name))


def unfit(flow: Flow, condition: Condition) -> Iterator[tuple[str, str]]:
    """What is wrong, with a remedy, in a condition that stands outside the flow and looks at all of its answers."""
    for test in tests(condition):
        yield from _test(flow, test, {*flow.asks, *flow.dos, *meanings(flow)})
        if test.name in flow.asks and flow.asks[test.name].tier == "C":
            yield f"{test.name} is of tier C: nothing is shown or hidden because of it", "Test another question"


def meanings(flow: Flow) -> frozenset[str]:
    """The names of what answers mean besides, such as ``kind``."""
    return frozenset(name for meant in flow.implied.values() for pairs in meant.values() for name, _ in pairs)


def _fact(test: Test) -> Iterator[tuple[str, str]]:
    values = FACTS[test.name]
    if not isinstance(test, Is) or not set(test.values) <= set(values):
        yield f"{test.name} cannot be tested so", f"It is one of {', '.join(values)}"


def _meant(test: Test, values: Collection[str]) -> Iterator[tuple[str, str]]:
    if isinstance(test, Is) and not set(test.values) <= set(values):
        wrong = ", ".join(str(value) for value in test.values if value not in values)
        yield f"no answer means {wrong} of {test.name}", f"Known: {', '.join(sorted(values))}"


def _about(ask: Ask, test: Test) -> Iterator[tuple[str, str]]:
    """Whether the test makes sense for the kind of answer."""
    ids = {option.id for option in ask.kind.options}
    several = isinstance(ask.kind, SeveralChoices)
    match test:
        case Has(_, option) if not several:
            yield f"{ask.id} takes one answer, so it cannot have {option}", f"Write {{{ask.id}: {option}}}"
        case Has(_, option) if option not in ids:
            yield f"{ask.id} has no option {option}", known_or_near(option, ids)
        case Is(_, values) if several:
            yield f"{ask.id} takes several answers", f"Write {{{ask.id}: {{has: {values[0]}}}}}"
        case Is(_, values) if ids and not set(values) <= ids:
            wrong = ", ".join(str(value) for value in values if value not in ids)
            yield f"{ask.id} has no option {wrong}", known_or_near(wrong, ids)
        case AtLeast() | AtMost() if not isinstance(ask.kind, NumberAnswer):
            yield f"{ask.id} is no number", "Test a question of the kind number"
        case Within(_, region) if not isinstance(ask.kind, PlaceAnswer) or region not in REGIONS:
            yield f"{ask.id} cannot be within {region}", f"Test a place; known: {', '.join(sorted(REGIONS))}"
        case _:
            return


def _question(flow: Flow, ask: Ask, problems: Problems) -> None:
    _placeholders(ask, (ask.text, ask.why, ask.hint, ask.simpler), problems)
    _screen(ask, problems)
    for option in ask.kind.options:
        for name, value in option.means:
            known = {other.id for other in flow.asks[name].kind.options} if name in flow.asks else {value}
            if value not in known:
                remedy = f"Known: {', '.join(sorted(known))}"
                problems.add(ask.where, f"{option.id} means {value}, which is no option of {name}", remedy)
    if ask.required and not ask.kind.options:
        remedy = "Take out `required: true`, or offer choices"
        problems.add(ask.where, f"{ask.id} has no way out: it must be typed and cannot be skipped", remedy)
    if isinstance(ask.kind, OwnPage) and ask.kind.before not in flow.asks:
        problems.add(
            ask.where, f"{ask.id} leads to {ask.kind.before}, which is no question", "Name one under `before:`"
        )
    if ask.tier == "C" and not _guarded(flow, ask.when):
        remedy = "Put it under a consent question and `private_channel: yes`"
        problems.add(ask.where, f"{ask.id} is of tier C but not behind explicit consent", remedy)


def _screen(ask: Ask, problems: Problems) -> None:
    options = ask.kind.options
    if len(options) > SCREEN and ask.page is None:
        remedy = f"Write `page: {SCREEN}`, the most common first"
        problems.add(ask.where, f"{ask.id} shows {len(options)} options on one screen", remedy)
    for option in options:
        size = len(ask.id) + len(option.id)
        if size > LONGEST_BUTTON - 2:
            problems.add(ask.where, f"the button {ask.id}.{option.id} is {size} bytes long", "Shorten one of the ids")


def _guarded(flow: Flow, when: Condition) -> bool:
    """Whether the condition asks for a given consent and for a channel that may carry the answer."""
    needed = [part for part in _conjuncts(when) if isinstance(part, Is)]
    consents = {name for name, ask in flow.asks.items() if isinstance(ask.kind, ConsentAnswer)}
    agreed = any(part.name in consents and part.values == ("yes",) for part in needed)
    return agreed and any(part.name == PRIVATE_CHANNEL and part.values == ("yes",) for part in needed)


def _conjuncts(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, All):
        for part in condition.parts:
            yield from _conjuncts(part)
    else:
        yield condition


def _order(flow: Flow, do: Do, problems: Problems) -> None:
    before = earlier_names(flow, do)
    for name in do.given:
        if name not in before:
            problems.add(
                do.where, f"{do.name} depends on {name}, which was not asked before", "Ask it before this step"
            )
        elif _books_by(do, name) and not isinstance(flow.asks[name].kind, SlotAnswer):
            problems.add(do.where, f"{name} is no slot question", "Name a question of the kind slot first")
    if do.order == "book_appointment" and not _has_slot(do):
        remedy = f"Write `when: {{{do.given[0]}: known}}`, for who chose no time"
        problems.add(do.where, "the booking is not guarded by its slot question", remedy)


def _books_by(do: Do, name: str) -> bool:
    return do.order == "book_appointment" and name == do.given[0]


def _has_slot(do: Do) -> bool:
    return any(isinstance(part, Known | Is) and part.name == do.given[0] for part in _conjuncts(do.when))


def _placeholders(step: Say | Ask, texts: tuple[str, ...], problems: Problems) -> None:
    for text in texts:
        try:
            names = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
        except ValueError:
            problems.add(step.where, "a { or } stands alone in the text", "Write the placeholder as {name}")
            continue
        for name in sorted(names - PLACEHOLDERS):
            known = ", ".join(sorted(PLACEHOLDERS))
            problems.add(step.where, f"there is nothing to fill in for {{{name}}}", f"Known: {known}")
