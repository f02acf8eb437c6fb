"""The open tasks on a coach's desk by the API, as far as the token may read them."""

from __future__ import annotations

from sqlmodel import Session

from casework.cases.chores import chores
from staff.api_beside import shown_tier, task_out
from staff.api_beside_models import TaskList
from staff.api_call import Call, Operation, Reply, missing
from staff.api_cases import in_the_name_of
from storage import audit


def show_tasks(session: Session, call: Call) -> Reply:
    """Theirs and those of nobody, calls first. What is for the coach alone goes to no system."""
    account = in_the_name_of(session, call, call.id) or missing("coach")
    found = chores(session, call.office.vault, account, call.today, call.now)
    audit.record(session, call.organisation.id, call.caller.system.actor, "task.list", account.id, call.now)
    return Reply(TaskList(tasks=[task_out(task) for task in found if shown_tier(call, task.tier)]))


OPERATIONS = (
    Operation(
        "listTasksOfCoach",
        "GET",
        "/coaches/{id}/tasks",
        "The open tasks on a coach's desk",
        "tasks:read",
        show_tasks,
        TaskList,
    ),
)
