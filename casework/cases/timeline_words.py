"""What the timeline says of each event, in the words of its reader: one source for the page, the print and the PDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from casework.cases.case_outcomes import OUTCOMES
from casework.cases.timeline import Event
from casework.house.organisation import Organisation
from casework.sessions.session_summary import STATES as SESSION_STATES
from flows.french_signs import colon
from flows.messages import Phrase
from flows.wording import Wording


class Zoned(Protocol):
    def __call__(self, moment: datetime) -> str: ...


CASE: Mapping[str, Phrase] = {
    "offer": Phrase("The case came in"),
    "accept": Phrase("Case accepted"),
    "decline": Phrase("Case declined"),
    "give": Phrase("Case given"),
    "pass_on": Phrase("Case passed on: no answer in time"),
    "expire": Phrase("Case not answered: told to the lead"),
    "note_outcome": Phrase("What became of the person"),
    "finish": Phrase("Case closed"),
    "revoke": Phrase("Case taken out"),
}
REASONS: Mapping[str, Phrase] = {
    "no_room": Phrase("No room for it now"),
    "other_language": Phrase("Another language is needed"),
    "other_place": Phrase("Another place is nearer"),
    "conflict": Phrase("I know this person"),
    "not_wanted": Phrase("The person does not want it any more"),
    "double": Phrase("It came twice"),
    "moved_away": Phrase("The person moved away"),
    "not_for_us": Phrase("Not for our service"),
}
VISIT: Mapping[str, Phrase] = {
    "booked": Phrase("Appointment made"),
    "moved_to": Phrase("Appointment moved"),
    "take": Phrase("Appointment made"),
    "confirm": Phrase("The person says they come"),
    "cancel": Phrase("Appointment cancelled"),
    "let_go": Phrase("A time that was kept is free again"),
    "expire": Phrase("A time that was kept is free again"),
    "attend": Phrase("The person came"),
    "miss": Phrase("The person did not come"),
}
MESSAGE: Mapping[str, Phrase] = {
    "queued": Phrase("Message waits to be seen or sent"),
    "on_its_way": Phrase("Message on its way"),
    "sent": Phrase("Message sent"),
    "seen": Phrase("Message seen on the page"),
    "later": Phrase("Message is tried again soon"),
    "blocked": Phrase("Message not received: the chat is blocked"),
    "failed": Phrase("Message not received"),
    "cancelled": Phrase("Message not sent any more"),
    "again": Phrase("Message sent again at another place"),
    "wrote": Phrase("The person wrote"),
}
BESIDE: Mapping[str, Phrase] = {
    "written": Phrase("Note"),
    "added": Phrase("Added to a note"),
    "made": Phrase("Task made"),
    "done": Phrase("Task done"),
    "reopened": Phrase("Task opened again"),
    "changed": Phrase("Task changed"),
    "call_made": Phrase("Call this person: no message arrives"),
    "call_done": Phrase("The person was called"),
    "call_reopened": Phrase("Call this person: opened again"),
    "call_changed": Phrase("Call this person: changed"),
}
REFERRAL: Mapping[str, Phrase] = {
    "propose": Phrase("Proposed to the person"),
    "ask": Phrase("Question put in the chat"),
    "agree": Phrase("The person agreed"),
    "refuse": Phrase("The person said no"),
    "send": Phrase("Sent to the partner"),
    "accept": Phrase("The partner accepted"),
    "turn_down": Phrase("The partner said no"),
    "begin": Phrase("Has begun"),
    "finish": Phrase("Done"),
    "withdraw": Phrase("Withdrawn"),
}
STEP: Mapping[str, Phrase] = {
    "agree": Phrase("Small step agreed on"),
    "reword": Phrase("Small step changed"),
    "go_on": Phrase("Small step: under way"),
    "finish": Phrase("Small step done"),
    "stick": Phrase("Small step did not work out"),
    "drop": Phrase("Small step dropped"),
    "resume": Phrase("Small step taken up again"),
}
FILE = Phrase("File added")
ANSWERS: Mapping[str, Phrase] = {"renewed": Phrase("Answers changed"), "same": Phrase("Handed over again")}
SESSION = Phrase("Group session")
WHO: Mapping[str, Phrase] = {
    "person": Phrase("the person"),
    "house": Phrase("by itself"),
    "staff": Phrase("a colleague"),
    "assistant": Phrase("the assistant"),
}
CALL = Phrase("Call this person: no message arrives")
"""The title of a task that code makes."""


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the list: what happened, with the particulars, and by whom."""

    event: Event
    what: str
    parts: tuple[str, ...]
    who: str


@dataclass(frozen=True, slots=True)
class Teller:
    """``names`` has who is meant by an actor; ``clock`` says a moment in the reader's language."""

    organisation: Organisation
    wording: Wording
    language: str
    names: Mapping[str, str]
    clock: Zoned

    def tell(self, event: Event) -> Told:
        who, about = self.who(event.who), self._about(event)
        parts = (self.clock(event.when) if event.when else "", "" if about == who else about, event.text)
        many = f" ({event.count})" if event.count > 1 else ""
        return Told(event, self.say(_phrase(event)) + many, tuple(filter(None, parts)), who)

    def say(self, phrase: Phrase) -> str:
        return self.wording.translate(phrase.source, self.language)

    def who(self, actor: str) -> str:
        """Empty where nobody did it, or it goes without saying."""
        if actor in WHO:
            return self.say(WHO[actor])
        return self.names.get(actor) or (self.say(WHO["staff"]) if actor else "")

    def _about(self, event: Event) -> str:
        match event.kind:
            case "case" if event.about in REASONS:
                return self.say(REASONS[event.about])
            case "case" if event.about in OUTCOMES:
                return self.say(OUTCOMES[event.about])
            case "case":
                coach = self.organisation.coaches.get(event.about)
                return coach.name if coach else ""
            case "visit":
                place = self.organisation.places.get(event.about)
                return place.name if place else ""
            case "session":
                group = self.organisation.sessions.get(event.about)
                title = (group.title.get(self.language) or next(iter(group.title.values()))) if group else ""
                between = f"{colon(self.language)} "
                return between.join(filter(None, (title, self.say(SESSION_STATES[event.what]))))
            case _:
                return ""


def _phrase(event: Event) -> Phrase:
    match event.kind:
        case "case":
            return CASE[event.what]
        case "answers":
            return ANSWERS[event.what]
        case "visit":
            return VISIT[event.what]
        case "session":
            return SESSION
        case "message":
            return MESSAGE[event.what]
        case "file":
            return FILE
        case "referral":
            return REFERRAL[event.what]
        case "step":
            return STEP[event.what]
        case "note" | "task":
            return BESIDE[event.what]
