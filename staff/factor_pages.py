"""The pages to set up a second factor by an app, and the codes on paper for when it is lost."""

from __future__ import annotations

import io

from aiohttp import web
from sqlmodel import Session

from casework.door.factors import codes_for_first, drop_codes_of_none, factors_of
from casework.door.recovery_codes import new_codes
from casework.door.second_factor import address_for_app, app_to_set_up, begin_app, confirm_app, remove_app
from staff.cookie import TOKEN, send_token
from staff.door import SIGNED_IN, Access, Route
from staff.forms import read_form
from staff.office import OFFICE
from staff.own_account import account_address, changed, must_be_fresh, own_organisation
from staff.pages import address, onward, page

LONGEST = 64


async def begin(request: web.Request) -> web.Response:
    must_be_fresh(request)
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    now = office.now()
    await office.ledger.write(lambda session: begin_app(session, office.vault, account.id, now))
    raise onward(request, address(request, "app"))


async def show_app(request: web.Request) -> web.Response:
    must_be_fresh(request)
    return await _app_page(request)


async def _app_page(request: web.Request, status: int = 200, problem: str = "") -> web.Response:
    secret = await _secret(request)
    if secret is None:
        raise onward(request, account_address(request))
    groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return page(request, "app.html", status, secret=groups, problem=problem)


async def show_picture(request: web.Request) -> web.Response:
    """The same as a picture for the camera of a telephone. Served from here alone, and kept by nobody."""
    import segno

    must_be_fresh(request)
    account, secret = request[SIGNED_IN], await _secret(request)
    if secret is None:
        raise onward(request, account_address(request))
    picture = io.BytesIO()
    code = segno.make(address_for_app(secret, own_organisation(request).name, account.login), error="m", micro=False)
    code.save(picture, kind="svg", scale=5, border=4, light="#fff", xmldecl=False, svgns=True)
    return web.Response(body=picture.getvalue(), content_type="image/svg+xml")


async def _secret(request: web.Request) -> str | None:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    return await office.ledger.read(lambda session: app_to_set_up(session, office.vault, account.id))


async def confirm(request: web.Request) -> web.Response:
    """The code shows that the app works, before anything depends on it."""
    must_be_fresh(request)
    office, account, code = request.config_dict[OFFICE], request[SIGNED_IN], (await read_form(request)).get("code", "")
    whose, now = (own_organisation(request), request[TOKEN]), office.now()

    def work(session: Session) -> tuple[str, list[str]] | None:
        if not confirm_app(session, office.vault, account.id, code[:LONGEST], now):
            return None
        codes = codes_for_first(session, account.id)
        return changed(session, account, whose, "staff.app", now), codes

    done = await office.ledger.write(work)
    return codes_page(request, *done) if done else await _app_page(request, 400, "wrong_code")


async def remove(request: web.Request) -> web.Response:
    must_be_fresh(request)
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    whose, now = (own_organisation(request), request[TOKEN]), office.now()

    def work(session: Session) -> str:
        remove_app(session, account.id)
        drop_codes_of_none(session, account.id)
        return changed(session, account, whose, "staff.no_app", now)

    raise onward(request, account_address(request, "app_removed"), await office.ledger.write(work))


async def renew_codes(request: web.Request) -> web.Response:
    must_be_fresh(request)
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    whose, now = (own_organisation(request), request[TOKEN]), office.now()

    def work(session: Session) -> tuple[str, list[str]] | None:
        if not factors_of(session, account.id).any:
            return None
        codes = new_codes(session, account.id)
        return changed(session, account, whose, "staff.new_codes", now), codes

    done = await office.ledger.write(work)
    if done is None:
        raise onward(request, account_address(request))
    return codes_page(request, *done)


def codes_page(request: web.Request, token: str, codes: list[str]) -> web.Response:
    """With new codes they are shown, this once; else back to the account."""
    if not codes:
        raise onward(request, account_address(request, "factor_added"), token)
    request[TOKEN] = token
    answer = page(request, "codes.html", codes=codes)
    send_token(request, answer, token)
    return answer


ROUTES = (
    Route("POST", "/account/app", "begin_app", begin, Access.SELF),
    Route("GET", "/account/app", "app", show_app, Access.SELF),
    Route("GET", "/account/app.svg", "app_picture", show_picture, Access.SELF),
    Route("POST", "/account/app/confirm", "confirm_app", confirm, Access.SELF),
    Route("POST", "/account/app/remove", "remove_app", remove, Access.SELF),
    Route("POST", "/account/codes", "new_codes", renew_codes, Access.SELF),
)
