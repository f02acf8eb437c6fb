"""The kinds of cases: by which door somebody came in, and so who of the staff looks after them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

from flows.log import Value

CaseKind: TypeAlias = Literal["job_seeker", "self_employment", "chores_customer", "company", "partner", "other"]
KINDS: tuple[CaseKind, ...] = get_args(CaseKind)
MEANT = "kind"
"""What answers of a flow mean besides (`means:`), where they say which kind of case it is."""
UNSAID: CaseKind = "job_seeker"
"""What somebody is taken for who does not say otherwise."""
FOR_COACHES: frozenset[str] = frozenset({"job_seeker", "self_employment"})
"""Kinds that are given to a coach when nobody answers in time; the others are no work of coaches."""


def kind_of(answers: Mapping[str, Value]) -> CaseKind:
    """The kind that the answers mean; somebody who looks for work, if none says anything else."""
    meant = answers.get(MEANT)
    return next((kind for kind in KINDS if kind == meant), UNSAID)
