"""Systems elsewhere that are told what happens: added, tried, paused, given a new secret; dead letters sent again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web
from sqlmodel import Session

from casework.door.rights import may
from casework.hooks import webhook_lines, webhooks
from casework.hooks.webhooks import KINDS, PARTS, Subscription, add_webhook, door_of, find_webhook, webhooks_of
from staff.door import SIGNED_IN, Route
from staff.forms import read_form
from staff.office import OFFICE
from staff.pages import address, onward, page
from storage import audit
from storage.tables import Webhook, WebhookEvent
from storage.vault import SealBroken

ID = "{webhook:[0-9a-f]{1,32}}"
EVENT = "{event:[0-9a-f]{1,32}}"
LONGEST_NAME, LONGEST_ADDRESS = 60, 500
STATES = ("waiting", "delivered", "dead", "skipped")
SHOWN = 50
NOTES = ("paused", "resumed", "retired", "replayed", "skipped", "removed", "broken")
Work = Callable[[Session, Webhook], str]


async def show_webhooks(request: web.Request) -> web.Response:
    return await _list_page(request)


async def _list_page(request: web.Request, status: int = 200, **more: Any) -> web.Response:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]

    def work(session: Session) -> tuple[list[Webhook], dict[str, dict[str, int]]]:
        return webhooks_of(session, account.organisation), webhook_lines.tally(session, account.organisation)

    found, tally = await office.ledger.read(work)
    values: dict[str, Any] = {"problem": "", "detail": "", "typed": {}} | more
    note = _note(request)
    return page(
        request, "webhooks.html", status, hooks=found, tally=tally, kinds=KINDS, parts=PARTS, note=note, **values
    )


def _note(request: web.Request) -> str:
    note = request.query.get("note", "")
    return note if note in NOTES else ""


async def add(request: web.Request) -> web.Response:
    """The address is looked at before: nothing is sent inside our own network, and nothing without https."""
    office, account, form = request.config_dict[OFFICE], request[SIGNED_IN], await read_form(request)
    name, where = form.get("name", "").strip(), form.get("address", "").strip()
    kinds = tuple(kind for kind in KINDS if form.get(kind))
    if not name or len(name) > LONGEST_NAME or not kinds or not 0 < len(where) <= LONGEST_ADDRESS:
        return await _list_page(request, 400, problem="incomplete", typed=form)
    refused = await office.refuses(where)
    if refused is not None:
        return await _list_page(request, 400, problem="address", detail=refused, typed=form)
    wanted, now = Subscription(name, where, kinds, tuple(part for part in PARTS if form.get(part))), office.now()

    def work(session: Session) -> tuple[str, str]:
        webhook, secret = add_webhook(session, office.vault, account.organisation, wanted, now)
        audit.record(session, account.organisation, account.actor, "webhook.add", webhook.id, now)
        return webhook.id, secret

    id, secret = await office.ledger.write(work)
    return await _page(request, id, secret=secret)


async def show_webhook(request: web.Request) -> web.Response:
    return await _page(request, request.match_info["webhook"])


async def _page(request: web.Request, id: str, **more: Any) -> web.Response:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    state = request.query.get("state", "")
    wanted = state if state in STATES else ""

    def work(session: Session) -> tuple[Webhook, list[WebhookEvent], dict[str, int]] | None:
        webhook = find_webhook(session, account.organisation, id)
        if webhook is None:
            return None
        counts = webhook_lines.tally(session, account.organisation).get(id, {})
        return webhook, webhook_lines.told(session, webhook, wanted, SHOWN), counts

    found = await office.ledger.read(work)
    if found is None:
        raise web.HTTPNotFound
    webhook, events, counts = found
    door = door_of(office.vault, webhook)
    values: dict[str, Any] = {"secret": "", "tried": "", "note": _note(request)} | more
    return page(
        request,
        "webhook.html",
        hook=webhook,
        events=events,
        counts=counts,
        states=STATES,
        wanted=wanted,
        door=door,
        sees_cases=may(account, "see_cases"),
        **values,
    )


async def _change(request: web.Request, action: str, work: Work) -> str:
    """Do it, with a line in the audit; what came of it."""
    office, account, id = request.config_dict[OFFICE], request[SIGNED_IN], request.match_info["webhook"]
    now = office.now()

    def run(session: Session) -> str | None:
        webhook = find_webhook(session, account.organisation, id)
        if webhook is None:
            return None
        came = work(session, webhook)
        session.flush()
        audit.record(session, account.organisation, account.actor, f"webhook.{action}", id, now)
        return came

    try:
        came = await office.ledger.write(run)
    except SealBroken:
        raise onward(request, f"{address(request, 'webhook', webhook=id)}?note=broken") from None
    if came is None:
        raise web.HTTPNotFound
    return came


def _pausing(session: Session, webhook: Webhook) -> str:
    webhooks.pause(webhook)
    session.add(webhook)
    return "paused"


async def pause(request: web.Request) -> web.Response:
    raise _back(request, await _change(request, "pause", _pausing))


async def resume(request: web.Request) -> web.Response:
    now = request.config_dict[OFFICE].now()

    def work(session: Session, webhook: Webhook) -> str:
        webhooks.resume(session, webhook, now)
        return "resumed"

    raise _back(request, await _change(request, "resume", work))


async def rotate(request: web.Request) -> web.Response:
    """The new secret is shown on this page only; the one before it signs too until it is retired."""
    vault = request.config_dict[OFFICE].vault
    secret = await _change(request, "rotate", lambda _, webhook: webhooks.rotate_secret(vault, webhook))
    return await _page(request, request.match_info["webhook"], secret=secret)


async def retire(request: web.Request) -> web.Response:
    vault = request.config_dict[OFFICE].vault

    def work(_: Session, webhook: Webhook) -> str:
        webhooks.retire_secret(vault, webhook)
        return "retired"

    raise _back(request, await _change(request, "retire", work))


async def remove(request: web.Request) -> web.Response:
    def work(session: Session, webhook: Webhook) -> str:
        webhooks.remove_webhook(session, webhook)
        return "removed"

    raise onward(request, f"{address(request, 'webhooks')}?note={await _change(request, 'remove', work)}")


async def replay_all(request: web.Request) -> web.Response:
    now = request.config_dict[OFFICE].now()

    def work(session: Session, webhook: Webhook) -> str:
        webhook_lines.replay_all(session, webhook, now)
        return "replayed"

    raise _back(request, await _change(request, "replay_all", work))


async def replay(request: web.Request) -> web.Response:
    raise _back(request, await _decide(request, "replay", "replayed"))


async def skip(request: web.Request) -> web.Response:
    raise _back(request, await _decide(request, "skip", "skipped"))


async def _decide(request: web.Request, action: str, done: str) -> str:
    account, now = request[SIGNED_IN], request.config_dict[OFFICE].now()
    doing = webhook_lines.replay if action == "replay" else webhook_lines.skip

    def work(session: Session, webhook: Webhook) -> str:
        event = webhook_lines.find_event(session, account.organisation, request.match_info["event"])
        if event is None or event.webhook_id != webhook.id:
            raise web.HTTPNotFound
        doing(session, event, now)
        return done

    return await _change(request, action, work)


async def try_out(request: web.Request) -> web.Response:
    """An event about nothing, at once; what the receiver answers is on the page."""
    office, account, id = request.config_dict[OFFICE], request[SIGNED_IN], request.match_info["webhook"]
    await _change(request, "test", lambda _session, _webhook: "")
    tried = await office.try_webhook(account.organisation, id)
    return await _page(request, id, tried=tried or "nothing")


def _back(request: web.Request, note: str) -> web.HTTPSeeOther:
    return onward(request, f"{address(request, 'webhook', webhook=request.match_info['webhook'])}?note={note}")


def _route(name: str, path: str, handler: Any) -> Route:
    return Route("POST", f"/organisation/webhooks/{ID}/{path}", name, handler, "manage_api")


ROUTES = (
    Route("GET", "/organisation/webhooks", "webhooks", show_webhooks, "manage_api"),
    Route("POST", "/organisation/webhooks", "add_webhook", add, "manage_api"),
    Route("GET", f"/organisation/webhooks/{ID}", "webhook", show_webhook, "manage_api"),
    _route("pause_webhook", "pause", pause),
    _route("resume_webhook", "resume", resume),
    _route("rotate_webhook", "rotate", rotate),
    _route("retire_webhook", "retire", retire),
    _route("try_webhook", "test", try_out),
    _route("remove_webhook", "remove", remove),
    _route("replay_all", "replay", replay_all),
    _route("replay_event", f"events/{EVENT}/replay", replay),
    _route("skip_event", f"events/{EVENT}/skip", skip),
)
