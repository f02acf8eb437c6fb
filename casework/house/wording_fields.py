"""Which texts and settings of an organisation staff may write, in the groups in which the pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from casework.house import faq, greeting
from casework.house.organisation import Organisation, Policy
from casework.house.sheets import Field
from casework.talk.replies import PLACEHOLDERS as OF_REPLIES
from flows.messages import Phrase

BUTTON = 20


@dataclass(frozen=True, slots=True)
class Group:
    """``about`` is the name of a place or of a reply, where the group is of one."""

    id: str
    title: Phrase
    fields: tuple[Field, ...]
    about: str = ""


def wording_groups(organisation: Organisation) -> list[Group]:
    """The organisation's own texts."""
    return [
        Group("house", Phrase("The house"), HOUSE),
        *(_place(id, place.name) for id, place in organisation.places.items()),
        *(_visit(id) for id, visit in organisation.visits.items() if visit.bring),
        *(_reply(id, next(iter(reply.title.values()), id)) for id, reply in organisation.replies.items()),
    ]


HOUSE = (
    Field("name", Phrase("Name of the service"), "line", longest=60),
    Field("phone", Phrase("Phone number"), "line", longest=30),
    Field("phone_line", Phrase("How to call"), "text", Phrase("Number and hours, in a sentence or two.")),
    Field("walk_in_line", Phrase("How to come by"), "text"),
    Field("data_goes_to", Phrase("Who sees the answers"), "text", Phrase("People read it before their first answer.")),
    Field(
        "greeting",
        Phrase("First message"),
        "text",
        Phrase("It says that a computer answers. Empty: the usual one."),
        placeholders=greeting.PLACEHOLDERS,
        longest=300,
        optional=True,
        says=tuple(greeting.COMPUTER.items()),
    ),
)


def _place(id: str, name: str) -> Group:
    here = f"places.{id}"
    fields = (
        Field(f"{here}.name", Phrase("Name of the place"), "line", longest=60),
        Field(f"{here}.address", Phrase("Address"), "line", longest=120),
        Field(f"{here}.directions", Phrase("How to get there"), "text"),
    )
    return Group(f"place-{id}", Phrase("Place"), fields, name)


def _visit(id: str) -> Group:
    field = Field(f"visits.{id}.bring", Phrase("What to bring"), "text", optional=True)
    return Group(f"visit-{id}", Phrase("Visit"), (field,), id)


def _reply(id: str, name: str) -> Group:
    fields = (
        Field(f"replies.{id}.title", Phrase("Name of the reply"), "text", longest=40),
        Field(f"replies.{id}.text", Phrase("What the person reads"), "text", placeholders=OF_REPLIES),
    )
    return Group(f"reply-{id}", Phrase("Ready reply"), fields, name)


def faq_fields(id: str) -> tuple[Field, ...]:
    here = f"faq.{id}"
    return (
        Field(f"{here}.title", Phrase("Button"), "text", Phrase("20 characters at most."), longest=BUTTON),
        Field(
            f"{here}.asked",
            Phrase("How people ask it"),
            "sentences",
            Phrase("A whole sentence on each line. Typos and capitals do not matter."),
            longest=4000,
        ),
        Field(f"{here}.answer", Phrase("Answer"), "text", placeholders=faq.PLACEHOLDERS),
    )


def hours_fields(organisation: Organisation) -> tuple[Field, ...]:
    return (
        Field("opening_hours", Phrase("Opening hours"), "week", Phrase("Such as 09:00-12:00, 13:00-16:30.")),
        Field("closing_days", Phrase("Days on which the house is closed"), "days", optional=True),
        Field("closed_every_year", Phrase("Closed every year on"), "year_days", Phrase("Public holidays are known.")),
        Field("bridge_days", Phrase("Closed on a single day between a holiday and a weekend"), "yes_no"),
    )


REMINDERS = (
    Field("reminders", Phrase("Reminders before a visit"), "plan", Phrase("Empty: no such reminder.")),
    Field("quiet", Phrase("No messages of our own accord between"), "clocks"),
    Field("messages_a_day", Phrase("Messages a day to one person, of our own accord, at most"), "number"),
    Field("pause", Phrase("Welcome somebody back after"), "span"),
    Field("nudge_after", Phrase("Ask to go on after a silence of"), "span", Phrase("Empty: never."), optional=True),
    Field(
        "answer_hours",
        Phrase("A coach answers a new case within so many opening hours"),
        "number",
        Phrase("Then the coach, the substitute and the lead hear of it. Empty: no limit."),
        optional=True,
    ),
    Field("coach_talk_minutes", Phrase("A coach's talk ends after so many silent minutes"), "number"),
)
POLICIES: tuple[tuple[Policy, Phrase], ...] = (
    ("nl", Phrase("Dutch")),
    ("nl+fr_on_request", Phrase("Dutch, and French for who asks for it")),
    ("nl+fr_support", Phrase("Dutch, and French marked as a translation")),
    ("nl+fr", Phrase("Dutch and French alike")),
    ("fr", Phrase("French")),
)
POLICY = Field("language_policy", Phrase("Languages of the service"), "policy", options=POLICIES)
TITLES: dict[str, Phrase] = {
    "hours": Phrase("Opening hours"),
    "reminders": Phrase("Reminders and messages"),
    "languages": Phrase("Languages"),
    "retention": Phrase("How long we keep what people said"),
    "question": Phrase("Question"),
}
"""What the pages of the other groups are called."""
RETENTION = Field("retention", Phrase("How many days we keep"), "keep")


def pick(fields: Iterable[Field], place: str) -> Field | None:
    return next((field for field in fields if field.place == place), None)
