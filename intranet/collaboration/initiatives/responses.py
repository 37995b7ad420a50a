"""Response models of initiatives and their use elsewhere."""

from datetime import date
from typing import Literal

from pydantic import AwareDatetime

from intranet.collaboration.initiatives.models import Stage, Use
from intranet.delivery.files.responses import FileResponse
from intranet.platform.core.responses import (
    CodedResponse,
    NamedResponse,
    ResponseModel,
    TitledResponse,
)
from intranet.publishing.publications.responses import PublicationResponse


class PartnerResponse(CodedResponse):
    """An agency with its population."""

    population: int | None


class InitiativeResponse(PublicationResponse):
    """An initiative in a list."""

    kind: Literal["initiative"]
    lead: PartnerResponse
    stage: Stage
    stage_on: date
    changed_at: AwareDatetime
    uses: dict[str, int]


class InitiativePartsResponse(ResponseModel):
    """The text of an initiative in one language."""

    title: str
    purpose: str
    problem: str
    done: str
    result: str
    lessons: str


class InitiativeFigureResponse(ResponseModel):
    """A figure of an initiative."""

    value: str
    label: str


class StageChangeResponse(ResponseModel):
    """The beginning of a stage."""

    stage: Stage
    since_on: date
    note: str
    by: NamedResponse
    at: AwareDatetime


class UpdateResponse(ResponseModel):
    """An update on an initiative."""

    id: str
    text: str
    by: NamedResponse
    at: AwareDatetime


class WholeInitiativeResponse(InitiativeResponse):
    """An initiative with all its details; `edition` only for its editors."""

    texts: dict[str, InitiativePartsResponse]
    figures: list[InitiativeFigureResponse]
    cost: str
    time: str
    effort: str
    law: str
    technology: str
    licence: str
    topics: list[str]
    files: list[FileResponse]
    partners: list[PartnerResponse]
    contacts: list[TitledResponse]
    stages: list[StageChangeResponse]
    updates: list[UpdateResponse]
    discussion_id: str | None
    edition: int | None


class AdoptionResponse(ResponseModel):
    """An agency's record of using an initiative."""

    id: str
    agency: PartnerResponse
    use: Use
    since_on: date
    cost: str
    took: str
    changed: str
    contact: TitledResponse
    post: TitledResponse
    by: NamedResponse
    at: AwareDatetime
    replaced_at: AwareDatetime | None
