"""The five questions that every contender asks, and what the people of the benchmark answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """``heard_by`` is a word by which the crowd knows the question; ``answer`` is tapped if it is a label."""

    id: str
    text: str
    heard_by: str
    answer: str
    buttons: tuple[str, ...] = ()


QUESTIONS = (
    Question(
        "language",
        "Hallo! Ik ben een computer, geen mens. Welke taal wil je?\nBonjour ! Je suis un ordinateur. Quelle langue ?",
        "taal",
        "Nederlands",
        ("Nederlands", "Français"),
    ),
    Question("name", "Hoe mag ik je noemen? Je voornaam of een bijnaam is genoeg.", "noemen", "Anna"),
    Question("place", "In welke gemeente woon je? Typ je postcode.", "gemeente", "3600"),
    Question(
        "goal",
        "Wat wil je graag?",
        "graag",
        "💼 Een job",
        ("💼 Een job", "🎓 Een opleiding", "💬 Praten met een coach"),
    ),
    Question("childcare", "Heb je opvang nodig voor je kinderen?", "opvang", "Ja", ("Ja", "Nee")),
)
GOODBYE = "Dank je wel. We doen hier niets meer mee. Je kan hier altijd weer schrijven."
GOODBYE_HEARD_BY = "Dank"
TURNS = len(QUESTIONS) + 1
"""Updates of one conversation: the start and an answer to each question."""


def fits(question: Question, text: str) -> bool:
    """Whether a typed answer is one: the peers check as little as this, Opstap's kinds of answer more."""
    match question.id:
        case "place":
            return len(text) == 4 and text.isdecimal()
        case _:
            return 0 < len(text) <= 40
