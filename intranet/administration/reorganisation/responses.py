"""REST: the forms of answers about plans of reorganisation."""

from datetime import datetime
from typing import Any

from intranet.platform.core.responses import ResponseModel


class PlanFindingResponse(ResponseModel):
    """A finding about a plan, with the change, unit or post that it is about."""

    code: str
    sentence: str
    forbids: bool
    change_id: str | None
    unit_id: str | None
    post_id: str | None


class PlanChangeResponse(ResponseModel):
    """A change of a plan, in its place."""

    id: str
    kind: str
    unit_id: str | None
    post_id: str | None
    values: dict[str, Any]
    version: int


class PlanConsequenceRow(ResponseModel):
    """A line of a consequence."""

    text: str
    detail: str


class PlanConsequenceResponse(ResponseModel):
    """A consequence of a plan, with its number and its list."""

    kind: str
    count: int
    title: str
    detail: str
    rows: list[PlanConsequenceRow]


class PlanResponse(ResponseModel):
    """A plan of reorganisation."""

    id: str
    name: str
    state: str
    applies_at: datetime | None
    applied_at: datetime | None
    undone_at: datetime | None
    undo_until: datetime | None
    refused: list[PlanFindingResponse]
    version: int


class PlanPreviewResponse(PlanResponse):
    """A plan with its changes, its findings, and what it would change."""

    changes: list[PlanChangeResponse]
    findings: list[PlanFindingResponse]
    consequences: list[PlanConsequenceResponse]
