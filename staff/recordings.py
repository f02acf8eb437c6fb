"""Lets a coach hear what a person spoke for them: unsealed for this one answer, kept by no browser."""

from __future__ import annotations

from functools import partial

from aiohttp import web

from casework.cases.cases import Actor
from casework.cases.recordings import hear
from staff.door import SIGNED_IN, Route
from staff.office import OFFICE

ID = "[0-9a-f]{1,32}"


async def play_recording(request: web.Request) -> web.Response:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    which = (request.match_info["id"], request.match_info["recording"])
    heard = await office.ledger.write(
        partial(hear, vault=office.vault, actor=Actor.of(account), which=which, now=office.now())
    )
    if heard is None:
        raise web.HTTPNotFound
    return web.Response(body=heard[0], content_type=heard[1])


ROUTES = (
    Route("GET", f"/cases/{{id:{ID}}}/recordings/{{recording:{ID}}}", "recording", play_recording, "see_barriers"),
)
