"""Writes the list of the API's calls with the pages of the console that do the same: ``python -m tests.api_page``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from staff.api import OPERATIONS
from staff.app import ROUTES
from tests.rights_page import shown

PAGE = Path(__file__).parents[1] / "docs" / "api-calls.md"
HEAD = """# Every call of the API

This page is made from the program (`python -m tests.api_page`), and a test fails when the two differ. What the calls
are for stands in [api.md](api.md), what each takes and gives in `/api/v1/openapi.json`. In the last column stand the
pages of the console that change the same; what they change and no call does is in api.md, under *Only in the console*.

| call | what it does | scope | page of the console |
|---|---|---|---|
"""
BY_THE_API: Mapping[str, str] = {
    "accept": "acceptCase",
    "decline": "declineCase",
    "outcome": "noteOutcome",
    "finish": "finishCase",
    "give": "giveCase",
    "revoke": "revokeCase",
    "note_add": "writeNote",
    "note_edit": "changeNote",
    "note_more": "addToNote",
    "task_add": "makeTask",
    "task_edit": "changeTask",
    "task_done": "finishTask",
    "task_open": "reopenTask",
    "file_add": "addFile",
    "file_remove": "removeFile",
    "books_visit": "bookAppointment",
    "moves_visit": "moveAppointment",
    "cancels_visit": "cancelAppointment",
    "attended": "noteAttended",
    "missed": "noteNoShow",
    "keep_visit": "keepAppointment",
    "change_hours": "changeHours hoursOfTheFile changePlaceHours placeHoursOfTheFile changeOpeningHours "
    "openingHoursOfTheFile changeClosingDays closingDaysOfTheFile",
    "session_add": "enrol noteWalkIn",
    "session_walk_in": "noteWalkIn",
    "session_next": "seatNext",
    "session_off": "callSessionOff",
    "session_mark": "notePresence",
    "session_outcome": "noteSessionOutcome",
    "session_take_off": "signOff",
    "offer_propose": "proposeReferral",
    "offer_aside": "setAside",
    "offer_back": "bringBack",
    "referral_move": "changeReferral",
    "step_add": "agreeOnStep",
    "step_edit": "changeStep",
    "step_tell": "tellStep",
    "entry_add": "addOffer",
    "entry_save": "changeOffer",
    "entry_archive": "archiveOffer",
    "entry_restore": "restoreOffer",
    "partner_add": "addPartner",
    "partner_save": "changePartner",
    "partner_archive": "archivePartner",
    "partner_restore": "restorePartner",
    "work_confirm": "confirmMatch",
    "work_end": "endMatch",
    "work_begin": "beginChores",
    "work_stop": "stopChores",
    "work_hours": "noteHours",
    "cheque_add": "askForCheque",
    "cheque_grant": "grantCheque",
    "cheque_used": "chequeUsed",
    "cheque_expired": "chequeExpired",
    "company_visit": "noteCompanyVisit",
    "company_note": "noteCompanyVisit",
    "company_rewrite": "changeCompanyVisit",
    "company_step": "endCompanyStep",
    "vacancy_add": "addVacancy",
    "vacancy_change": "changeVacancy",
    "keep_figure": "enterFigure",
    "take_figure_out": "takeFigureOut",
    "add_walk_in": "countWalkIn",
    "add_campaign": "addCampaign",
    "save_campaign": "changeCampaign",
    "start_campaign": "startCampaign",
    "stop_campaign": "stopCampaign",
    "talk_say": "writeLine",
    "talk_take": "takeTalk",
    "talk_leave": "leaveTalk",
    "add_webhook": "addWebhook",
    "pause_webhook": "pauseWebhook",
    "resume_webhook": "resumeWebhook",
    "rotate_webhook": "rotateSecret",
    "retire_webhook": "retireSecret",
    "remove_webhook": "removeWebhook",
    "replay_all": "replayAll",
    "replay_event": "replayEvent",
    "skip_event": "skipEvent",
}
"""By the name of a page that changes something: the operations that do the same."""

IN_THE_CONSOLE_ALONE: Mapping[str, str] = {
    "Signing in and out, passwords, second factors, passkeys and the sign-in of the organisation": "try_sign_in "
    "use_link sign_out take_code passkey_options passkey_sign_in new_passkey_options add_passkey remove_passkey "
    "outside tie_outside untie_outside save_password begin_app confirm_app remove_app new_codes",
    "One's own account, browsers and ways to get notices, and a notice put away": "notice_seen end_session "
    "end_other_sessions link_telegram save_notice_ways try_notice_ways allow_browser forget_browsers",
    "Filling in together on the phone": "filling_in_new filling_in_with filling_in_note filling_in_paper",
    "The answer to a notice by its link": "give_answer",
    "Accounts and roles of staff, and tokens": "invite keep_person keep_roles link_again close_account open_account "
    "make_token revoke_token",
    "Texts, questions and answers, days closed every year, the reminder plan, languages, retention, links of partners, "
    "and what of them is undone": "save_text_group add_question save_question remove_question bring_back "
    "save_organisation_hours save_organisation_reminders save_organisation_languages save_organisation_retention "
    "add_link end_link undo_change",
    "The test event of a webhook": "try_webhook",
}
"""By the line of docs/api.md that says why: pages that change something by hand only."""


def drawn() -> str:
    return HEAD + "".join(_lines())


def _lines() -> Iterator[str]:
    pages: dict[str, list[str]] = {}
    for route in ROUTES:
        for operation in BY_THE_API.get(route.name, "").split():
            pages.setdefault(operation, []).append(f"`{shown(route)}`")
    for call in OPERATIONS:
        same = ", ".join(pages.get(call.id, ()))
        yield f"| {call.method} `{call.path}` | {call.summary} | `{call.scope}` | {same} |\n"


if __name__ == "__main__":
    PAGE.write_text(drawn(), encoding="utf-8")
