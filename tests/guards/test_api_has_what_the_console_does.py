"""Whatever a page of the console changes, the API changes too, or docs/api.md says why not: no page forgets it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from staff.api import OPERATIONS
from staff.app import ROUTES

DOCS = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
CHANGES = {route.name for route in ROUTES if route.method != "GET"}

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


def in_the_console_alone() -> set[str]:
    return {name for names in IN_THE_CONSOLE_ALONE.values() for name in names.split()}


def test_every_page_that_changes_something_has_its_operation_or_a_reason() -> None:
    known = BY_THE_API.keys() | in_the_console_alone()
    assert CHANGES - known == set(), "give it an operation in staff/api_*.py, or say in docs/api.md why there is none"
    assert known - CHANGES == set(), "there is no such page any more"
    assert BY_THE_API.keys() & in_the_console_alone() == set()


def test_every_operation_that_stands_for_a_page_exists() -> None:
    named = {operation for operations in BY_THE_API.values() for operation in operations.split()}
    assert named - {operation.id for operation in OPERATIONS} == set()


def test_the_page_of_the_api_says_what_is_in_the_console_alone_and_why() -> None:
    alone = DOCS.partition("## Only in the console\n")[2].partition("\n\nRead there alone")[0]
    lines = [line.removeprefix("- ").partition(": ") for line in alone.splitlines() if line.startswith("- ")]
    assert {what for what, _, _ in lines} == set(IN_THE_CONSOLE_ALONE)
    assert all(why for _, _, why in lines)


def test_every_operation_stands_on_the_page_of_its_scope() -> None:
    """A scope that nothing needs opens nothing; an operation whose scope the page does not name is hidden."""
    missing = {operation.scope for operation in OPERATIONS if f"`{operation.scope}`" not in DOCS}
    assert missing == set()
