"""Webhooks by the API: made, paused, their secrets replaced, and dead letters sent again."""

from __future__ import annotations

from sqlmodel import Session

from casework.hooks import webhook_lines, webhooks
from casework.hooks.webhooks import Subscription, add_webhook, find_webhook, webhooks_of
from staff.api_call import Call, Operation, Reply, Work, Wrong, missing, refused
from staff.api_models import (
    EventList,
    EventOut,
    Nothing,
    Stretch,
    SyncedIn,
    WebhookIn,
    WebhookList,
    WebhookOut,
    WebhookSecret,
)
from storage import audit
from storage.tables import Webhook, WebhookEvent
from storage.vault import SealBroken

SCOPE_OF_PART = {"answers": "answers:read", "barriers": "barriers:read", "appointment": "appointments:read"}


def subscribe(session: Session, call: Call) -> Reply:
    """A webhook sees no more than the token that makes it."""
    body: WebhookIn = call.body
    beyond = [part for part in body.shows if SCOPE_OF_PART[part] not in call.caller.scopes]
    if beyond:
        detail = "It would be shown more than this token may see."
        raise Wrong(403, detail, "Ask for fewer parts, or for a token with those scopes.", ("shows",))
    wanted = Subscription(
        body.name, body.address, tuple(dict.fromkeys(body.kinds)), tuple(dict.fromkeys(body.shows)), body.consent
    )
    webhook, secret = add_webhook(session, call.office.vault, call.organisation.id, wanted, call.now)
    _record(session, call, "webhook.add", webhook.id)
    return _with_secret(webhook, secret)


def show_webhooks(session: Session, call: Call) -> Reply:
    found = webhooks_of(session, call.organisation.id)
    return Reply(WebhookList(webhooks=[WebhookOut.model_validate(webhook) for webhook in found]))


def remove(session: Session, call: Call) -> Reply:
    """What it was not told yet it is not told any more."""
    webhook = _find(session, call)
    webhooks.remove_webhook(session, webhook)
    _record(session, call, "webhook.remove", call.id)
    return Reply(None)


def pause(session: Session, call: Call) -> Reply:
    webhook = _find(session, call)
    webhooks.pause(webhook)
    _record(session, call, "webhook.pause", webhook.id)
    return Reply(WebhookOut.model_validate(webhook))


def resume(session: Session, call: Call) -> Reply:
    webhook = _find(session, call)
    webhooks.resume(session, webhook, call.now)
    _record(session, call, "webhook.resume", webhook.id)
    return Reply(WebhookOut.model_validate(webhook))


def rotate(session: Session, call: Call) -> Reply:
    """The secret before this one signs too, until it is retired or replaced."""
    webhook = _find(session, call)
    try:
        secret = webhooks.rotate_secret(call.office.vault, webhook)
    except SealBroken:
        refused("It was sealed with a secret that is gone.", "Remove it and add it again.")
    _record(session, call, "webhook.rotate", webhook.id)
    return _with_secret(webhook, secret)


def retire(session: Session, call: Call) -> Reply:
    """Only the newest secret signs from now on."""
    webhook = _find(session, call)
    try:
        webhooks.retire_secret(call.office.vault, webhook)
    except SealBroken:
        refused("It was sealed with a secret that is gone.", "Remove it and add it again.")
    _record(session, call, "webhook.retire", webhook.id)
    return Reply(WebhookOut.model_validate(webhook))


def show_dead(session: Session, call: Call) -> Reply:
    query: Stretch = call.query
    after = query.cursor or ""
    if not after.isalnum() and after:
        raise Wrong(400, "Check these: cursor", "Send `next` of the answer before as it came.", ("cursor",))
    found = webhook_lines.dead_letters(session, call.organisation.id, query.limit + 1, after)
    shown = found[: query.limit]
    more = shown[-1].id if len(found) > query.limit else None
    return Reply(EventList(events=[EventOut.model_validate(event) for event in shown], next=more))


def replay(session: Session, call: Call) -> Reply:
    event = _find_event(session, call)
    return _decided(session, call, event, webhook_lines.replay(session, event, call.now), "webhook.replay")


def replay_all(session: Session, call: Call) -> Reply:
    """All its dead letters, in their order."""
    webhook = _find(session, call)
    webhook_lines.replay_all(session, webhook, call.now)
    _record(session, call, "webhook.replay_all", webhook.id)
    return Reply(WebhookOut.model_validate(webhook))


def skip(session: Session, call: Call) -> Reply:
    """Those of its case behind it go on."""
    event = _find_event(session, call)
    return _decided(session, call, event, webhook_lines.skip(session, event, call.now), "webhook.skip")


def synced(session: Session, call: Call) -> Reply:
    """The receiver's own word for what became of an event there."""
    event, body = _find_event(session, call), call.body
    noted = webhook_lines.note_answer(event, body.status, body.reference)
    return _decided(session, call, event, noted, f"webhook.{body.status}")


def _decided(session: Session, call: Call, event: WebhookEvent, done: bool, action: str) -> Reply:
    if not done:
        refused("The state of the event does not allow it.", "Read it again: what is possible follows its state.")
    _record(session, call, action, event.id)
    return Reply(EventOut.model_validate(event))


def _find(session: Session, call: Call) -> Webhook:
    webhook = find_webhook(session, call.organisation.id, call.id)
    if webhook is None:
        missing("webhook")
    return webhook


def _find_event(session: Session, call: Call) -> WebhookEvent:
    event = webhook_lines.find_event(session, call.organisation.id, call.id)
    if event is None:
        missing("event")
    return event


def _with_secret(webhook: Webhook, secret: str) -> Reply:
    shown = WebhookOut.model_validate(webhook).model_dump()
    return Reply(WebhookSecret(**shown, secret=secret))


def _record(session: Session, call: Call, action: str, subject: str) -> None:
    audit.record(session, call.organisation.id, call.caller.system.actor, action, subject, call.now)


def _change(id: str, path: str, summary: str, work: Work, answer: type[WebhookOut] | type[EventOut]) -> Operation:
    return Operation(id, "POST", path, summary, "webhooks:write", work, answer, body=Nothing)


OPERATIONS = (
    Operation(
        "addWebhook",
        "POST",
        "/webhooks",
        "Tell a system what happens; the answer has the secret it is signed with",
        "webhooks:write",
        subscribe,
        WebhookSecret,
        body=WebhookIn,
        status=201,
        address=lambda body: str(body.address),
    ),
    Operation(
        "listWebhooks", "GET", "/webhooks", "Who is told what happens", "webhooks:write", show_webhooks, WebhookList
    ),
    Operation("removeWebhook", "DELETE", "/webhooks/{id}", "Tell it nothing more", "webhooks:write", remove, None),
    _change("pauseWebhook", "/webhooks/{id}/pause", "What happens from now on waits", pause, WebhookOut),
    _change("resumeWebhook", "/webhooks/{id}/resume", "What waited goes out", resume, WebhookOut),
    _change("rotateSecret", "/webhooks/{id}/rotate_secret", "A new secret beside the old one", rotate, WebhookSecret),
    _change("retireSecret", "/webhooks/{id}/retire_secret", "The old secret signs no more", retire, WebhookOut),
    _change("replayAll", "/webhooks/{id}/replay", "Try all its dead letters again", replay_all, WebhookOut),
    Operation(
        "listDeadLetters",
        "GET",
        "/dead_letters",
        "Events that were given up",
        "webhooks:write",
        show_dead,
        EventList,
        Stretch,
    ),
    _change("replayEvent", "/events/{id}/replay", "Try a dead letter again", replay, EventOut),
    _change("skipEvent", "/events/{id}/skip", "Leave a dead letter out", skip, EventOut),
    Operation(
        "noteSynced",
        "POST",
        "/events/{id}/synced",
        "What became of an event in the receiver's system",
        "webhooks:write",
        synced,
        EventOut,
        body=SyncedIn,
    ),
)
