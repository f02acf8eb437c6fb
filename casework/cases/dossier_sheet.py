"""A dossier on paper: one pure value that the print view and the PDF draw, with what its reader may see and no more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from casework.cases.answer_changes import Changed
from casework.cases.beside import Beside
from casework.cases.case_outcomes import OUTCOMES
from casework.cases.dossier_page import DossierPage
from casework.cases.in_short import Short
from casework.cases.notes import Note
from casework.cases.summary import HEADINGS, Line, Section
from casework.cases.tasks import Task
from casework.cases.timeline_words import CALL, Teller
from casework.steps.small_steps import Step
from casework.steps.step_words import STANDS, WHO_DOES
from casework.visiting.visit_words import STATES, WAYS
from flows.french_signs import colon, keep_together
from flows.messages import Phrase
from storage.tables import Appointment

TITLE = Phrase("Dossier")
PRINTED = Phrase("Printed")
CONFIDENTIAL = Phrase("Confidential: for who works with this person. Do not leave it lying about.")
IN_SHORT = Phrase("In short")
WHO, HARD, WANTS = Phrase("Who"), Phrase("What is hard"), Phrase("What they want")
APPOINTMENTS, CHANGES, NOTES = Phrase("Appointments"), Phrase("Changed answers"), Phrase("Notes")
TASKS, FILES, TIMELINE = Phrase("Tasks"), Phrase("Files"), Phrase("What happened")
BECAME = Phrase("What became of the person")
NO_ANSWER = Phrase("no answer")
SEEN = Phrase("as the person saw it")
BEFORE, UNTIL = Phrase("before"), Phrase("until")
HEARD = Phrase("as it was read aloud")
FILLED_IN, SETTLED = Phrase("filled in with"), Phrase("noted by")
HIDDEN = Phrase("Only the coach of this case sees answers about health.")
DONE, BY = Phrase("done"), Phrase("before the")
SMALL_STEPS = Phrase("Small steps")


@dataclass(frozen=True, slots=True)
class Row:
    """``more`` are lines that stand under the value, smaller."""

    label: str
    value: str
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class DossierSheet:
    """``number`` names the case; ``printed`` says when and by whom; ``foot`` stands on every page."""

    title: str
    number: str
    house: str
    printed: str
    foot: str
    language: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Printer:
    """Who prints it, when, and how things are said to them."""

    teller: Teller
    reader: str
    now: datetime

    def sheet(self, page: DossierPage) -> DossierSheet:
        say, teller = self.teller.say, self.teller
        blocks = (Block(heading, tuple(rows)) for heading, rows in self._blocks(page))
        return DossierSheet(
            title=say(TITLE),
            number=page.file.case.id[:6],
            house=teller.organisation.name,
            printed=f"{say(PRINTED)}{colon(teller.language)} {teller.clock(self.now)} · {self.reader}",
            foot=say(CONFIDENTIAL),
            language=teller.language,
            blocks=tuple(block for block in blocks if block.rows),
        )

    def _blocks(self, page: DossierPage) -> Iterator[tuple[str, Iterable[Row]]]:
        say = self.teller.say
        yield say(IN_SHORT), (*self._short(page.short), *self._outcome(page))
        yield say(APPOINTMENTS), map(self._visit, page.visits)
        for section in page.sections:
            yield say(HEADINGS[section.part]), self._answers(section)
        if page.hidden:
            yield say(HEADINGS["private"]), (Row("", say(HIDDEN)),)
        yield say(CHANGES), map(self._change, page.changes)
        yield say(SMALL_STEPS), map(self._step, page.steps)
        yield from self._beside(page.beside)
        yield say(TIMELINE), self._timeline(page)

    def _beside(self, beside: Beside) -> Iterator[tuple[str, Iterable[Row]]]:
        yield self.teller.say(NOTES), map(self._note, beside.notes)
        yield self.teller.say(TASKS), map(self._task, beside.tasks)
        files = (Row(self.teller.clock(file.at), file.name, (self.teller.who(file.author),)) for file in beside.files)
        yield self.teller.say(FILES), files

    def _short(self, short: Short) -> Iterator[Row]:
        for phrase, values in ((WHO, short.person), (HARD, short.hard), (WANTS, short.wants)):
            if values:
                yield Row(self.teller.say(phrase), " · ".join(values))

    def _outcome(self, page: DossierPage) -> Iterator[Row]:
        if page.outcome is not None and page.outcome in OUTCOMES:
            yield Row(self.teller.say(BECAME), self.teller.say(OUTCOMES[page.outcome]))

    def _visit(self, visit: Appointment) -> Row:
        teller = self.teller
        coach, place = teller.organisation.coaches.get(visit.coach), teller.organisation.places.get(visit.place)
        named = (coach.name if coach else "", place.name if place else "", teller.say(WAYS[visit.way]))
        return Row(teller.clock(visit.starts_at), teller.say(STATES[visit.state]), (" · ".join(filter(None, named)),))

    def _answers(self, section: Section) -> Iterator[Row]:
        for line in section.lines:
            yield Row(line.label, line.value or self.teller.say(NO_ANSWER), tuple(self._more(line)))

    def _more(self, line: Line) -> Iterator[str]:
        say = self.teller.say
        if line.seen:
            told = keep_together(f"{line.seen.asked} – {line.seen.answered}")
            yield f"{self._label(HEARD if line.together else SEEN, f' ({line.seen.language})')} {told}"
        if line.by:
            yield f"{say(FILLED_IN if line.together else SETTLED)} {self.teller.who(line.by)}"
        for value, until in line.earlier:
            yield f"{self._label(BEFORE)} {value} ({say(UNTIL)} {self.teller.clock(until)})"

    def _label(self, phrase: Phrase, more: str = "") -> str:
        return f"{self.teller.say(phrase)}{more}{colon(self.teller.language)}"

    def _change(self, change: Changed) -> Row:
        nothing = self.teller.say(NO_ANSWER)
        told = f"{change.before or nothing} → {change.after or nothing}"
        return Row(change.label, told, (f"{self.teller.clock(change.at)} · {self.teller.who(change.by)}",))

    def _note(self, note: Note) -> Row:
        teller = self.teller
        sign = colon(teller.language)
        more = (f"{teller.clock(each.at)} · {teller.who(each.author)}{sign} {each.text}" for each in note.more)
        return Row(f"{teller.clock(note.at)} · {teller.who(note.author)}", note.text, tuple(more))

    def _task(self, task: Task) -> Row:
        teller = self.teller
        coach = teller.organisation.coaches.get(task.owner or "")
        due = f"{teller.say(BY)} {task.due_on:%d-%m-%Y}" if task.due_on else ""
        done = f"{teller.say(DONE)} {teller.clock(task.done_at)}" if task.done_at else ""
        title = task.title if task.kind == "task" else teller.say(CALL)
        return Row(coach.name if coach else "", title, tuple(filter(None, (due, done))))

    def _step(self, step: Step) -> Row:
        teller = self.teller
        due = f"{teller.say(BY)} {step.by_day:%d-%m-%Y}" if step.by_day else ""
        stands = f"{teller.say(STANDS[step.stands])} ({teller.who(step.last.actor)}, {teller.clock(step.last.at)})"
        return Row(teller.say(WHO_DOES[step.who]), step.text, tuple(filter(None, (due, stands))))

    def _timeline(self, page: DossierPage) -> Iterator[Row]:
        for event in page.timeline.events:
            told = self.teller.tell(event)
            parts = " · ".join((*told.parts, *filter(None, (told.who,))))
            yield Row(self.teller.clock(event.at), told.what, (parts,) if parts else ())
