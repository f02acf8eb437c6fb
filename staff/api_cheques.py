"""The register of cheques by the API: what is left of each pot, who asked, and what became of those granted."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from sqlmodel import Session, select

from casework.local_work.cheques import Ending, Register, Shelf, ask, end, grant, shelves
from casework.local_work.companies import found_company, names
from staff.api_call import Call, Operation, Reply, Work, Wrong, missing, outdated, refused
from staff.api_cases import case_of
from staff.api_models import Nothing
from staff.api_work_models import ChequeIn, ChequeOut, PotList, PotOut
from storage.tables import Cheque

WHY_NOT = {
    "none_left": "All of them are given.",
    "no_money": "The money does not reach for another one.",
    "not_now": "None is given on this day.",
}


def show_cheques(session: Session, call: Call) -> Reply:
    register = _register(session, call)
    found = shelves(register)
    register.record("cheque.list", "all")
    named = _names(session, call, [cheque for shelf in found for cheque in shelf.cheques])
    return Reply(PotList(pots=[_pot(shelf, named) for shelf in found]))


def show_cheque(session: Session, call: Call) -> Reply:
    cheque = _find(session, call)
    _register(session, call).record("cheque.read", cheque.id)
    return _shown(session, call, cheque)


def ask_for_cheque(session: Session, call: Call) -> Reply:
    """For a company that has none of this pot yet."""
    body: ChequeIn = call.body
    register = _register(session, call)
    pot = register.organisation.cheques.get(body.pot)
    if pot is None:
        raise Wrong(422, "There is no such pot.", "Read the register.", ("pot",))
    case = found_company(session, call.caller.actor, case_of(session, call, body.case).id)
    if case is None or not ask(register, case, pot):
        refused("It has one of this pot, or is no company.", "Read the register.")
    register.record("cheque.ask", case.id)
    mine = Cheque.organisation == case.organisation, Cheque.case_id == case.id, Cheque.pot == pot.id
    return _shown(session, call, session.exec(select(Cheque).where(*mine)).one(), created=True)


def grant_cheque(session: Session, call: Call) -> Reply:
    """Never one too many, nor more money than there is."""
    cheque = _find(session, call)
    came = grant(_register(session, call), cheque.id, _version(call, cheque))
    if came in WHY_NOT:
        refused(WHY_NOT[came], "Wait until one comes back.")
    return _changed(session, call, came, "asked")


def end_cheque(session: Session, call: Call, became: Ending) -> Reply:
    """Of one that expired the money is there again."""
    cheque = _find(session, call)
    return _changed(session, call, end(_register(session, call), cheque.id, _version(call, cheque), became), "granted")


def _changed(session: Session, call: Call, came: str, before: str) -> Reply:
    session.expire_all()
    cheque = _find(session, call)
    if came == "changed" and cheque.state != before:
        refused("Its state does not allow it now.", "Read it again: what is possible follows its state.")
    if came == "changed":
        outdated()
    return _shown(session, call, cheque)


def _register(session: Session, call: Call) -> Register:
    organisation = call.office.organisations.read(session, call.organisation.id)
    return Register(session, organisation, call.caller.system.actor, call.now)


def _find(session: Session, call: Call) -> Cheque:
    mine = Cheque.id == call.id, Cheque.organisation == call.organisation.id
    return session.exec(select(Cheque).where(*mine)).first() or missing("cheque")


def _version(call: Call, cheque: Cheque) -> int:
    return cheque.version if call.version is None else call.version


def _names(session: Session, call: Call, cheques: list[Cheque]) -> Mapping[str, str]:
    if "people:read" not in call.caller.scopes:
        return {}
    return names(session, call.office.vault, call.caller.actor, cheques)


def _out(cheque: Cheque, named: Mapping[str, str]) -> ChequeOut:
    company = named.get(cheque.case_id or "")
    return ChequeOut.model_validate(cheque).model_copy(update={"company": company})


def _shown(session: Session, call: Call, cheque: Cheque, *, created: bool = False) -> Reply:
    body = _out(cheque, _names(session, call, [cheque]))
    return Reply(body, f'"{cheque.version}-{cheque.state}"', f"/api/v1/cheques/{cheque.id}" if created else "")


def _pot(shelf: Shelf, named: Mapping[str, str]) -> PotOut:
    return PotOut(
        id=shelf.pot.id,
        amount=shelf.pot.amount,
        number=shelf.pot.number,
        budget=shelf.pot.budget,
        given=shelf.purse.given,
        spent=shelf.purse.spent,
        left=shelf.left,
        refusal=shelf.refusal,
        cheques=[_out(cheque, named) for cheque in shelf.cheques],
    )


def _change(id: str, path: str, summary: str, work: Work) -> Operation:
    where = f"/cheques/{{id}}/{path}"
    return Operation(id, "POST", where, summary, "cheques:write", work, ChequeOut, body=Nothing, versioned=True)


OPERATIONS = (
    Operation("listCheques", "GET", "/cheques", "The register of cheques", "cheques:read", show_cheques, PotList),
    Operation("readCheque", "GET", "/cheques/{id}", "One cheque", "cheques:read", show_cheque, ChequeOut),
    Operation(
        "askForCheque",
        "POST",
        "/cheques",
        "A company asks for a cheque",
        "cheques:write",
        ask_for_cheque,
        ChequeOut,
        body=ChequeIn,
        status=201,
        problems=(404,),
    ),
    _change("grantCheque", "grant", "The company gets it", grant_cheque),
    _change("chequeUsed", "used", "It was used", partial(end_cheque, became="used")),
    _change("chequeExpired", "expired", "Nobody used it in time", partial(end_cheque, became="expired")),
)
