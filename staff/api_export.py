"""A case in the words of *Klantinteracties*, the standard of Dutch municipalities for contacts and internal tasks.

Field names are those of that standard (version 0.5.0, as in Open Klant 2): ``klantcontact``, ``betrokkene`` and
``onderwerpobject`` together are a body of its ``maak-klantcontact``. What it has no place for stands under ``opstap``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlmodel import Session

from casework.cases.cases import read_case
from staff.api_call import Call, Operation, Reply, missing
from staff.api_cases import case_out
from staff.api_models import CaseOut, Out
from storage.tables import Case, Chat, Conversation

LANGUAGES = {"nl": "nld", "fr": "fra", "en": "eng"}
"""The standard says ISO 639-2/B and gives ``nld`` as its example, which is 639-2/T; we do as in its example."""
NUMBER = 10
"""Digits: the standard has room for so many, and for nothing but digits."""
NAME = 200
SUBJECT = "Intake"
TASK = "Neem de intake aan en nodig de persoon uit."
WORKED_ON = ("done", "revoked")


class Identificator(Out):
    """By which name another register knows something."""

    codeRegister: str = "opstap"
    codeObjecttype: str
    codeSoortObjectId: str = "id"
    objectId: str


class Klantcontact(Out):
    """The conversation in which the person handed over their case."""

    nummer: str
    kanaal: str
    onderwerp: str
    inhoud: str
    indicatieContactGelukt: bool
    taal: str
    vertrouwelijk: bool
    plaatsgevondenOp: datetime


class Onderwerpobject(Out):
    """What it was about: the case, which another register finds here."""

    onderwerpobjectidentificator: Identificator


class Betrokkene(Out):
    """The person, without a name: that is an answer, and goes along as one."""

    rol: Literal["klant"] = "klant"
    initiator: bool = True
    wasPartij: None = None


class Actor(Out):
    """Who is to do it: a coach, or the whole service while nobody has it."""

    naam: str
    soortActor: Literal["medewerker", "organisatorische_eenheid"]
    indicatieActief: bool = True
    actoridentificator: Identificator


class InterneTaak(Out):
    """The case as work that somebody has to do."""

    nummer: str
    gevraagdeHandeling: str
    toelichting: str
    status: Literal["te_verwerken", "verwerkt"]
    toegewezenOp: datetime
    afgehandeldOp: datetime | None


class CaseExport(Out):
    """A case in the words of Klantinteracties; `opstap` is the case in ours."""

    klantcontact: Klantcontact
    betrokkene: Betrokkene
    actor: Actor
    internetaak: InterneTaak
    onderwerpobject: Onderwerpobject
    opstap: CaseOut


def show_export(session: Session, call: Call) -> Reply:
    file = read_case(session, call.office.vault, call.caller.actor, call.id, call.now)
    if file is None:
        missing("case")
    talk = session.get_one(Conversation, file.case.conversation_id)
    return Reply(
        CaseExport(
            klantcontact=_contact(file.case, session.get_one(Chat, talk.chat_id).channel),
            betrokkene=Betrokkene(),
            actor=_actor(call, file.case),
            internetaak=_task(file.case),
            onderwerpobject=_subject(file.case),
            opstap=case_out(call, file),
        )
    )


def _contact(case: Case, channel: str) -> Klantcontact:
    return Klantcontact(
        nummer=_number(case),
        kanaal=channel,
        onderwerp=SUBJECT,
        inhoud="",
        indicatieContactGelukt=True,
        taal=LANGUAGES.get(case.language, "und"),
        vertrouwelijk=True,
        plaatsgevondenOp=case.created_at,
    )


def _number(case: Case) -> str:
    """Of the case's id, always the same; two cases can have the same one, as with any short number."""
    return f"{int(case.id, 16) % 10**NUMBER:0{NUMBER}}"


def _subject(case: Case) -> Onderwerpobject:
    return Onderwerpobject(onderwerpobjectidentificator=Identificator(codeObjecttype="case", objectId=case.id))


def _actor(call: Call, case: Case) -> Actor:
    coach = call.organisation.coaches.get(case.coach or "")
    if coach is None:
        house = Identificator(codeObjecttype="organisation", objectId=call.organisation.id)
        return Actor(
            naam=call.organisation.name[:NAME], soortActor="organisatorische_eenheid", actoridentificator=house
        )
    identified = Identificator(codeObjecttype="coach", objectId=coach.id)
    return Actor(naam=coach.name[:NAME], soortActor="medewerker", actoridentificator=identified)


def _task(case: Case) -> InterneTaak:
    over = case.state in WORKED_ON
    return InterneTaak(
        nummer=_number(case),
        gevraagdeHandeling=TASK,
        toelichting="",
        status="verwerkt" if over else "te_verwerken",
        toegewezenOp=case.accepted_at or case.created_at,
        afgehandeldOp=case.updated_at if over else None,
    )


OPERATIONS = (
    Operation(
        "exportCase",
        "GET",
        "/cases/{id}/export",
        "A case in the words of Klantinteracties",
        "cases:read",
        show_export,
        CaseExport,
    ),
)
