"""Small steps beside the flow: those agreed on with a coach, how it goes with one, and the one question after weeks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from flows.approach import approach
from flows.aside import beside
from flows.asking import command
from flows.dates import day_and_month
from flows.effects import AnswerSmallStep, FindSmallSteps
from flows.heard import COMMAND, SMALL_STEP, Tap
from flows.menu import ask_open
from flows.messages import Choice, Param, Phrase, Saying
from flows.small_step_card import SmallStepAnswered, SmallStepCard, SmallStepsFound
from flows.talk import Talk

LIST, ONE = "small_steps", "small_step"
"""What the log calls the questions: about which step, and how it goes with one."""
WISHES = frozenset({"show", "go_on", "finish", "stick", "drop", "resume"})
LABEL = 20
"""Characters of a button."""
HOW = Phrase("How is it going with your steps?")
PRIVATE = Phrase("Your steps are private. You can see them on our own page.")
REMARKS: Mapping[str, Phrase] = {
    "go_on": Phrase("Good. Take the time you need."),
    "finish": Phrase("Well done! I have noted it. Your coach sees it."),
    "drop": Phrase("That is fine. I take this step off your list. Your coach sees it."),
    "resume": Phrase("Good. This step is on your list again."),
}
TALK_ABOUT_IT = Phrase("Do you want to talk to your coach about it?")
NO_BLAME = Phrase("Thank you for telling me. It does not always work out. That is fine.")


def ask_small_steps(talk: Talk, *, beside: bool = False) -> None:
    """``beside``: with other things that they want to see, so nothing is said where there is nothing."""
    talk.order(FindSmallSteps(beside))


def hear_small_steps(talk: Talk, found: SmallStepsFound) -> None:
    """A line for each; and, by themselves, a button for each that the person can say something of."""
    if not found.steps:
        ask_open(talk, Phrase("You have no small steps now. You agree on them with your coach."))
    elif found.hidden:
        talk.says.append(Saying(PRIVATE, tools=(_page(),)))
        if not found.beside:
            ask_open(talk)
    else:
        _list(talk, found)


def _list(talk: Talk, found: SmallStepsFound) -> None:
    told, mine = (Phrase("These are your small steps."), *_lines(talk, found.steps)), _mine(found.steps)
    if found.beside:
        talk.says.append(Saying(told[-1], before=told[:-1]))
        return
    if not mine:
        ask_open(talk, *told)
        return
    beside(
        talk,
        LIST,
        HOW if found.asks else Phrase("About which step do you want to say something?"),
        *_buttons(mine),
        command("Nothing", "repeat"),
        before=told,
        known_as=tuple(step.text for step in mine),
    )


def ask_of_own_accord(talk: Talk, found: SmallStepsFound) -> None:
    """How it goes: the words of a step stand on buttons alone, which no phone shows while it is locked."""
    if found.hidden:
        no = command("No, not now", "repeat")
        approach(talk, LIST, Phrase("Do you want to see them now?"), _page(), no, before=(PRIVATE,))
    else:
        approach(talk, LIST, HOW, *_buttons(_mine(found.steps)))


def hear_small_step_tap(talk: Talk, option: str) -> bool:
    """Do what a button says, such as ``finish:<id>:1``; false for one that says nothing we know."""
    wish, _, rest = option.partition(":")
    step, _, version = rest.partition(":")
    if wish not in WISHES or not step or not version.isdecimal():
        return False
    talk.order(AnswerSmallStep(wish, step, int(version)))
    return True


def hear_small_step(talk: Talk, answered: SmallStepAnswered) -> None:
    step = answered.step
    if step is None:
        ask_open(talk, Phrase("This step is no longer on your list."))
        return
    match answered.came:
        case "stick":
            yes, no = command("Yes, please", "person"), command("No, not now", "repeat")
            beside(talk, ONE, TALK_ABOUT_IT, yes, no, before=(NO_BLAME,))
        case "finish" | "drop":
            _go_on(talk, REMARKS[answered.came], Choice(Phrase("I changed my mind"), _tap("resume", step)))
        case "go_on" | "resume":
            _go_on(talk, REMARKS[answered.came])
        case "changed":
            _show(talk, step, Phrase("This has changed. It is like this now."))
        case _:
            _show(talk, step)


def _show(talk: Talk, step: SmallStepCard, *remarks: Phrase) -> None:
    nothing = command("Nothing", "repeat")
    beside(talk, ONE, Phrase("How is it going?"), *_choices(step), nothing, before=(*remarks, _named(talk, step)))


def _choices(step: SmallStepCard) -> Iterator[Choice]:
    """What the person can say of it, as it stands."""
    if step.state in ("open", "stuck"):
        yield Choice(Phrase("It is done"), _tap("finish", step), "✅")
    if step.state == "open":
        yield Choice(Phrase("I am busy with it"), _tap("go_on", step))
        yield Choice(Phrase("It did not work out"), _tap("stick", step))
    else:
        yield Choice(Phrase("I try again"), _tap("resume", step))
    if step.state in ("open", "stuck"):
        yield Choice(Phrase("I do not want it now"), _tap("drop", step))


def _lines(talk: Talk, steps: Sequence[SmallStepCard]) -> Iterator[Phrase]:
    """What the person can say something of has a number, as on its button."""
    numbers = {step.id: number for number, step in enumerate(_mine(steps), 1)}
    for step in steps:
        named: dict[str, Param] = {"step": _named(talk, step), "number": numbers.get(step.id, 0)}
        match step.state:
            case "done":
                yield Phrase("✓ {step}", named)
            case "stuck" if step.mine:
                yield Phrase("{number}. {step}: it did not work out", named)
            case _ if step.mine:
                yield Phrase("{number}. {step}", named)
            case _:
                yield Phrase("• Your coach: {step}", named)


def _named(talk: Talk, step: SmallStepCard) -> Phrase:
    text = Phrase(step.text, fixed=True)
    if step.by_day is None or step.state != "open":
        return text
    day = Phrase(day_and_month(step.by_day, talk.language), fixed=True)
    return Phrase("{step} (by {day})", {"step": text, "day": day})


def _mine(steps: Sequence[SmallStepCard]) -> tuple[SmallStepCard, ...]:
    """Those that the person does, and that are not done."""
    return tuple(step for step in steps if step.mine and step.state in ("open", "stuck"))


def _buttons(mine: Sequence[SmallStepCard]) -> Iterator[Choice]:
    for number, step in enumerate(mine, 1):
        yield Choice(Phrase(_short(f"{number}. {step.text}"), fixed=True), _tap("show", step))


def _short(text: str) -> str:
    return text if len(text) <= LABEL else f"{text[: LABEL - 1].rstrip()}…"


def _tap(wish: str, step: SmallStepCard) -> Tap:
    return Tap(SMALL_STEP, f"{wish}:{step.id}:{step.version}")


def _page() -> Choice:
    return Choice(Phrase("Yes, on the page"), Tap(COMMAND, "web"), "🔒")


def _go_on(talk: Talk, remark: Phrase, *tools: Choice) -> None:
    """The open question comes back; after the end the remark is enough."""
    talk.says.append(Saying(remark, tools=tools))
    if talk.open_question():
        ask_open(talk)
