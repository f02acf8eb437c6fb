"""Lines of an organisation as fields of a form: what stands in them, and what somebody typed, as in the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as made
from typing import Any, Literal, TypeAlias

from casework.hours.house_edits import Edit, Misfit, read, value_at, write_days, write_shifts
from casework.hours.notation import WEEKDAYS, Span
from casework.house.greeting import says_one_of
from casework.house.organisation import Organisation
from casework.house.placeholders import listed, unfilled
from flows.messages import Phrase

Kind: TypeAlias = Literal[
    "line",
    "number",
    "text",
    "sentences",
    "week",
    "days",
    "year_days",
    "span",
    "clocks",
    "choice",
    "ticks",
    "yes_no",
    "plan",
    "policy",
    "keep",
]
KEPT = ("left", "unfinished", "closed", "chat")
Typed: TypeAlias = Mapping[str, str]
LONGEST = 600
LONGEST_KEPT = 3650

EMPTY = Phrase("Write something here.")
TOO_LONG = Phrase("This is too long. {most} characters fit.")
UNKNOWN_PLACEHOLDER = Phrase("{name} is filled in by nothing. Take it out, or write one of: {known}.")
UNSAID = Phrase("It has to say who answers. Write one of these words: {words}.")
NO_NUMBER = Phrase("Write a whole number, {least} or more.")
NO_HOURS = Phrase("Write hours such as 09:00-12:00, 13:00-16:30, or nothing.")
NO_DAYS = Phrase("Write a date on each line, such as 2027-12-24, or 2027-12-24 to 2028-01-02.")
NO_YEAR_DAYS = Phrase("Write month and day on each line, such as 07-11 for 11 July.")
NO_CLOCK = Phrase("Write times such as 20:00 and 08:00.")
NO_SPAN = Phrase("Write a number from 1 to 99.")
NO_DAYS_KEPT = Phrase("Write a number of days, from 1 to 3650.")
CHOOSE = Phrase("Choose at least one.")


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with what was typed, with the values that its sentence is filled in with."""

    phrase: Phrase
    values: Mapping[str, str] = made(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Field:
    """A line of the file. ``options`` are ids with their label; ``placeholders`` may stand in a text, and by language
    one of the words that it ``says`` has to. What is ``optional`` may stay empty, a text in all languages alike."""

    place: str
    label: Phrase
    kind: Kind
    hint: Phrase | None = None
    options: tuple[tuple[str, Phrase | str], ...] = ()
    placeholders: tuple[str, ...] = ()
    longest: int = LONGEST
    optional: bool = False
    says: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def line(self) -> str:
        return self.place.rpartition(".")[2]

    def name(self, part: str = "") -> str:
        """Of an input in the form."""
        return f"{self.place}:{part}" if part else self.place


@dataclass(frozen=True, slots=True)
class Filled:
    """A field with what its inputs hold, by part, and what is wrong there."""

    field: Field
    inputs: Typed
    wrong: Mapping[str, Wrong] = made(default_factory=dict)


def parts(field: Field, organisation: Organisation) -> tuple[str, ...]:
    """The inputs of a field."""
    match field.kind:
        case "text" | "sentences":
            return organisation.languages
        case "week":
            return WEEKDAYS
        case "span":
            return ("number", "unit")
        case "clocks":
            return ("from", "until")
        case "ticks":
            return tuple(id for id, _ in field.options)
        case "plan":
            return ("days", "hours")
        case "policy":
            return ("", "english")
        case "keep":
            return KEPT
        case _:
            return ("",)


def shown(field: Field, organisation: Organisation) -> Filled:
    """As it stands now."""
    if field.kind == "policy":
        english = "on" if "en" in organisation.languages else ""
        return Filled(field, {"": organisation.language_policy, "english": english})
    return Filled(field, _inputs(field, value_at(organisation, field.place), organisation))


def _inputs(field: Field, value: Any, organisation: Organisation) -> Typed:
    match field.kind:
        case "text":
            return {language: value.get(language, "") for language in organisation.languages}
        case "sentences":
            return {language: "\n".join(value.get(language, ())) for language in organisation.languages}
        case "week":
            return {name: ", ".join(write_shifts(value.get(day, ()))) for day, name in enumerate(WEEKDAYS)}
        case "days":
            return {"": "\n".join(write_days(value))}
        case "year_days":
            return {"": "\n".join(f"{month:02}-{day:02}" for month, day in value)}
        case "span":
            return _span_inputs(value)
        case "clocks":
            return {"from": f"{value[0]:%H:%M}", "until": f"{value[1]:%H:%M}"}
        case "ticks":
            return {id: "on" if id in value else "" for id, _ in field.options}
        case "yes_no":
            return {"": "on" if value else ""}
        case "plan":
            before = {reminder.kind: reminder.before for reminder in value}
            day, hours = before.get("remind_day", Span()), before.get("remind_hours", Span())
            return {"days": str(day.days or ""), "hours": str(hours.hours or "")}
        case "keep":
            return {part: str(getattr(value, part)) for part in KEPT}
        case "line" | "number" | "choice" | "policy":
            return {"": "" if value is None else str(value)}


def _span_inputs(value: Span | None) -> Typed:
    if value is None:
        return {"number": "", "unit": "hours"}
    return {"number": str(value.days or value.hours), "unit": "days" if value.days else "hours"}


def typed(field: Field, form: Typed, organisation: Organisation) -> Filled:
    """What was sent, with what is wrong in it."""
    inputs = {part: form.get(field.name(part), "").strip()[: 4 * LONGEST] for part in parts(field, organisation)}
    filled = Filled(field, {part: text.replace("\r\n", "\n") for part, text in inputs.items()})
    return replace(filled, wrong=_wrongs(filled, organisation))


def written(filled: Filled, organisation: Organisation) -> Any:
    """As in the file. Only for what has nothing wrong in it."""
    field, inputs = filled.field, filled.inputs
    match field.kind:
        case "text":
            return _kept_languages(field, organisation) | {part: text for part, text in inputs.items() if text}
        case "sentences":
            return _kept_languages(field, organisation) | {part: _lines(text) for part, text in inputs.items()}
        case "week":
            return {day: _shifts(text) for day, text in inputs.items() if text}
        case "days" | "year_days":
            return _lines(inputs[""])
        case "span":
            number, unit = inputs["number"], inputs["unit"]
            return f"{number} {unit}" if number else ""
        case "clocks":
            return f"{inputs['from']}-{inputs['until']}"
        case "ticks":
            return [id for id, _ in field.options if inputs[id]]
        case "yes_no":
            return bool(inputs[""])
        case "number":
            return int(inputs[""]) if inputs[""] else ""
        case "plan":
            return _plan(inputs, organisation)
        case "policy":
            return {"policy": inputs[""], "english": bool(inputs["english"])}
        case "keep":
            return {part: int(number) for part, number in inputs.items()}
        case "line" | "choice":
            return inputs[""]


def _plan(inputs: Typed, organisation: Organisation) -> list[dict[str, str]]:
    """How long each is still useful stays as it was."""
    useful = {reminder.kind: reminder.useful for reminder in organisation.reminders}
    plan: list[dict[str, str]] = []
    for kind, part in (("remind_day", "days"), ("remind_hours", "hours")):
        if inputs[part]:
            late = next((span for known, span in useful.items() if known == kind), None)
            plan.append({"kind": kind, "before": f"{inputs[part]} {part}"})
            if late:
                plan[-1]["useful"] = f"{late.days} days" if late.days else f"{late.hours} hours"
    return plan


def _kept_languages(field: Field, organisation: Organisation) -> dict[str, Any]:
    """What the file says in languages that the form does not show."""
    value: Mapping[str, Any] = value_at(organisation, field.place)
    return {
        language: list(said) if isinstance(said, tuple) else said
        for language, said in value.items()
        if language not in organisation.languages
    }


def changes(filled: Sequence[Filled], organisation: Organisation) -> list[Edit]:
    """What is not as it stands now."""
    return [
        Edit(one.field.place, written(one, organisation))
        for one in filled
        if dict(one.inputs) != dict(shown(one.field, organisation).inputs)
    ]


def _wrongs(filled: Filled, organisation: Organisation) -> dict[str, Wrong]:
    found = {part: _wrong(filled, part, text, organisation) for part, text in filled.inputs.items()}
    wrongs = {part: wrong for part, wrong in found.items() if wrong is not None}
    if not wrongs and filled.field.kind == "ticks" and not filled.field.optional and not any(filled.inputs.values()):
        return {filled.field.options[0][0]: Wrong(CHOOSE)}
    return wrongs


def _wrong(filled: Filled, part: str, text: str, organisation: Organisation) -> Wrong | None:
    field = filled.field
    match field.kind:
        case "text" | "sentences":
            needed = not field.optional or any(filled.inputs.values())
            return _wrong_text(field, text, needed=part != "en" and needed) or _unsaid(field, part, text)
        case "line":
            return _wrong_text(field, text, needed=not field.optional)
        case "number":
            return None if (not text and field.optional) or _number(text) else Wrong(NO_NUMBER, {"least": "1"})
        case "span" if part == "number":
            return None if (not text and field.optional) or 0 < _number(text) < 100 else Wrong(NO_SPAN)
        case "plan":
            return None if not text or 0 < _number(text) < 100 else Wrong(NO_SPAN)
        case "keep":
            return None if 0 < _number(text) <= LONGEST_KEPT else Wrong(NO_DAYS_KEPT)
        case "week":
            return _misread(field, {part: _shifts(text)} if text else {}, NO_HOURS)
        case "days":
            return _misread(field, _lines(text), NO_DAYS)
        case "year_days":
            return _misread(field, _lines(text), NO_YEAR_DAYS)
        case "clocks" if part == "until":
            return _misread(field, written(filled, organisation), NO_CLOCK)
        case "choice" | "policy" if part == "" and not (field.optional and not text):
            return None if text in dict(field.options) else Wrong(CHOOSE)
    return None


def _wrong_text(field: Field, text: str, *, needed: bool) -> Wrong | None:
    if not text:
        return Wrong(EMPTY) if needed else None
    if len(text) > field.longest:
        return Wrong(TOO_LONG, {"most": str(field.longest)})
    for name in unfilled(text, field.placeholders):
        return Wrong(UNKNOWN_PLACEHOLDER, {"name": name, "known": listed(field.placeholders) or "–"})
    return None


def _unsaid(field: Field, language: str, text: str) -> Wrong | None:
    words = dict(field.says).get(language, ())
    return Wrong(UNSAID, {"words": ", ".join(words)}) if text and words and not says_one_of(text, words) else None


def _misread(field: Field, value: Any, phrase: Phrase) -> Wrong | None:
    try:
        read(Edit(field.place, value))
    except Misfit:
        return Wrong(phrase)
    return None


def _number(text: str) -> int:
    """0 for what is no number above it."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _shifts(text: str) -> list[str]:
    return [shift.strip().replace(" ", "") for shift in text.replace("–", "-").split(",") if shift.strip()]
