"""The organisation's own texts, both languages side by side with the message that a person sees; and its questions."""

from __future__ import annotations

import re

from aiohttp import web
from sqlmodel import Session

from casework.hours.house_edits import Edit, Misfit
from casework.house.organisation import Organisation
from casework.house.organisation_desk import save
from casework.house.wording_fields import TITLES, Group, faq_fields, wording_groups
from staff.door import SIGNED_IN, Route
from staff.forms import read_form
from staff.office import OFFICE
from staff.pages import address, onward, page, say
from staff.sheets import Sheet, organisation_now, save_sheet, sheet_page

UNWRITTEN = "{phone_line}"
"""What stands in an answer until somebody writes it: how to call, which is never wrong."""
GROUP, QUESTION = "{group:[a-z0-9-]{1,40}}", "{question:[a-z0-9-]{2,40}}"


async def show_texts(request: web.Request) -> web.Response:
    organisation, _ = await organisation_now(request)
    return page(request, "wording.html", groups=wording_groups(organisation), of=organisation)


async def _group(request: web.Request) -> Sheet:
    organisation, _ = await organisation_now(request)
    groups = {group.id: group for group in wording_groups(organisation)}
    group: Group | None = groups.get(request.match_info["group"])
    if group is None:
        raise web.HTTPNotFound
    return Sheet(say(request, group.title.source), request.path, request.path, group.fields, group.about, previews=True)


async def show_group(request: web.Request) -> web.Response:
    return await sheet_page(request, await _group(request))


async def keep_group(request: web.Request) -> web.Response:
    return await save_sheet(request, await _group(request))


async def show_questions(request: web.Request) -> web.Response:
    organisation, _ = await organisation_now(request)
    own = request.config_dict[OFFICE].organisations.files[organisation.id].faq
    note = request.query.get("note", "")
    return page(
        request,
        "questions.html",
        questions=organisation.faq,
        gone=[id for id in own if id not in organisation.faq],
        spoken=organisation.languages,
        note=note if note in ("gone", "misfit") else "",
    )


async def _question(request: web.Request) -> Sheet:
    organisation, _ = await organisation_now(request)
    id = request.match_info["question"]
    if id not in organisation.faq:
        raise web.HTTPNotFound
    entry = organisation.faq[id]
    name = entry.title.get(organisation.languages[0], id)
    return Sheet(
        say(request, TITLES["question"].source), request.path, request.path, faq_fields(id), name, previews=True
    )


async def show_question(request: web.Request) -> web.Response:
    return await sheet_page(request, await _question(request), "question.html", id=request.match_info["question"])


async def keep_question(request: web.Request) -> web.Response:
    return await save_sheet(request, await _question(request))


async def add_question(request: web.Request) -> web.Response:
    """With its button first; the rest is written on its own page."""
    form, (organisation, _) = await read_form(request), await organisation_now(request)
    titles = {language: form.get(f"title:{language}", "").strip() for language in organisation.languages}
    texts = {language: title for language, title in titles.items() if title}
    if any(not titles[language] or len(titles[language]) > 20 for language in titles if language != "en"):
        raise onward(request, f"{address(request, 'questions')}?note=misfit#new")
    id = _free_id(organisation, texts[organisation.languages[0]])
    asked, answer = {code: [text] for code, text in texts.items()}, dict.fromkeys(organisation.languages, UNWRITTEN)
    await _keep(request, Edit(f"faq.{id}.new", {"title": texts, "asked": asked, "answer": answer}))
    raise onward(request, f"{address(request, 'question', question=id)}?note=made")


async def remove_question(request: web.Request) -> web.Response:
    await _question(request)
    await _keep(request, Edit(f"faq.{request.match_info['question']}.gone", True))
    raise onward(request, f"{address(request, 'questions')}?note=gone")


async def bring_back(request: web.Request) -> web.Response:
    await _keep(request, Edit(f"faq.{request.match_info['question']}.gone", None))
    raise onward(request, address(request, "questions"))


async def _keep(request: web.Request, edit: Edit) -> None:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    now = office.now()

    def work(session: Session) -> str:
        return save(session, office.organisations, account, (edit,), now)

    try:
        came = await office.ledger.write(work)
    except Misfit:
        raise onward(request, f"{address(request, 'questions')}?note=misfit") from None
    if came != "done":
        raise web.HTTPNotFound
    await office.organisations.renew(office.ledger)


def _free_id(organisation: Organisation, title: str) -> str:
    first = (re.sub("[^a-z0-9]+", "-", title.lower()).strip("-")[:12].strip("-") or "own").ljust(2, "x")
    return next(id for id in (first, *(f"{first}-{number}" for number in range(2, 999))) if id not in organisation.faq)


ROUTES = (
    Route("GET", "/organisation/texts", "texts", show_texts, "see_organisation"),
    Route("GET", f"/organisation/texts/{GROUP}", "text_group", show_group, "see_organisation"),
    Route("POST", f"/organisation/texts/{GROUP}", "save_text_group", keep_group, "edit_organisation"),
    Route("GET", "/organisation/questions", "questions", show_questions, "see_organisation"),
    Route("POST", "/organisation/questions", "add_question", add_question, "edit_organisation"),
    Route("GET", f"/organisation/questions/{QUESTION}", "question", show_question, "see_organisation"),
    Route("POST", f"/organisation/questions/{QUESTION}", "save_question", keep_question, "edit_organisation"),
    Route(
        "POST", f"/organisation/questions/{QUESTION}/remove", "remove_question", remove_question, "edit_organisation"
    ),
    Route("POST", f"/organisation/questions/{QUESTION}/back", "bring_back", bring_back, "edit_organisation"),
)
