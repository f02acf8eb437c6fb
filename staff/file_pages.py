"""Files of a case over HTTP: taken from a form, given out as something to keep, never as something to look at here."""

from __future__ import annotations

from urllib.parse import quote

from aiohttp import web

from casework.cases.case_desk import CaseDesk
from casework.cases.documents import Brought, add_document, open_document, remove_document
from casework.cases.file_kinds import ENDINGS
from staff.beside_pages import ID, tier_of, with_desk
from staff.door import Route
from staff.pages import address, onward
from staff.uploads import UPLOAD

FILE = "{file:[0-9a-f]{1,32}}"
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


async def add_file(request: web.Request) -> web.Response:
    upload = request.get(UPLOAD)

    def work(desk: CaseDesk) -> object:
        if upload is None:
            raise web.HTTPBadRequest
        if upload.content is None:
            return "too_big"
        return add_document(desk, Brought(upload.name, upload.content), tier_of(upload.fields.get("tier", "")))

    came = await with_desk(request, work)
    raise _back(request, came if isinstance(came, str) else "kept")


async def give_file(request: web.Request) -> web.Response:
    id = request.match_info["file"]
    found = await with_desk(request, lambda desk: open_document(desk, id) or "missing")
    assert isinstance(found, tuple)
    file, content = found
    return web.Response(body=content, content_type=file.mime, headers=as_attachment(file.name, file.mime))


def as_attachment(name: str, mime: str) -> dict[str, str]:
    """Headers under which a browser keeps a file, and runs nothing of it whatever it is."""
    plain = f"file.{ENDINGS.get(mime, 'pdf')}"
    return {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": SANDBOX,
        "Cross-Origin-Resource-Policy": "same-origin",
    }


async def remove_file(request: web.Request) -> web.Response:
    id = request.match_info["file"]

    def work(desk: CaseDesk) -> object:
        return "removed" if remove_document(desk, id) else "missing"

    await with_desk(request, work)
    raise _back(request, "removed")


def _back(request: web.Request, note: str) -> web.HTTPSeeOther:
    return onward(request, f"{address(request, 'case', id=request.match_info['id'])}?note={note}#files")


ROUTES = (
    Route("POST", f"/cases/{ID}/files", "file_add", add_file, "note"),
    Route("GET", f"/cases/{ID}/files/{FILE}", "file", give_file, "note"),
    Route("POST", f"/cases/{ID}/files/{FILE}/remove", "file_remove", remove_file, "note"),
)
