"""Response models of an agency's administration."""

from datetime import date
from typing import Any

from pydantic import AwareDatetime

from intranet.organisation.accounts.models import AccountState
from intranet.organisation.agencies.models import ArticleRule, PostKind
from intranet.organisation.history.models import ChangeKind
from intranet.organisation.people.models import AppointmentKind
from intranet.platform.core.responses import ResponseModel


class AdminUnitResponse(ResponseModel):
    """A unit, as its agency administers it."""

    id: str
    code: str
    kind: str
    names: dict[str, str]
    parent_id: str | None
    valid_from: date | None
    valid_to: date | None
    successor_id: str | None
    version: int


class AdminPostResponse(ResponseModel):
    """A post, as its agency administers it, with the codes of its functions."""

    id: str
    code: str
    handle: str
    unit_id: str
    titles: dict[str, str]
    kind: PostKind
    level: int
    is_head: bool
    publishes_for_agency: bool
    places: int
    functions: list[str]
    fallback_id: str | None
    valid_from: date | None
    valid_to: date | None
    version: int


class AdminAgencyResponse(ResponseModel):
    """The settings of an agency that other agencies notice."""

    code: str
    in_directory: bool
    contact_outside: bool
    basis_shown_outside: bool
    video_mb: int
    articles: ArticleRule
    registry_post_id: str | None


class AdminAppointmentResponse(ResponseModel):
    """An appointment, or with `waits` the offer of one to a person of another agency."""

    id: str
    post_id: str
    person_id: str
    basis: str
    kind: AppointmentKind
    starts_on: date
    ends_on: date | None
    since: AwareDatetime | None
    until: AwareDatetime | None
    version: int
    on_hold: bool
    waits: bool


class AdminPersonResponse(ResponseModel):
    """A person; the account only if it belongs to the agency."""

    id: str
    name: str
    email: str | None
    staff_number: str | None
    account: AccountState | None
    version: int


class InvitedResponse(ResponseModel):
    """An invitation; the address only once, when it is made."""

    email: str | None
    staff_number: str | None
    address: str | None


class AuditSubjectResponse(ResponseModel):
    """The subject of an entry of the audit log."""

    kind: str
    id: str | None


class AuditLineResponse(ResponseModel):
    """An entry of the audit log, with the data that its hash covers."""

    number: int
    at: AwareDatetime
    actor_id: str | None
    act: str
    subject: AuditSubjectResponse
    detail: dict[str, Any]
    previous_hash: str
    hash: str


class AdminChangeResponse(ResponseModel):
    """A change of the organisation: what a row says since then; None once it is gone.

    `audit_number` is the line of the audit log that says who did it.
    """

    number: int
    at: AwareDatetime
    kind: ChangeKind
    id: str
    state: dict[str, Any] | None
    audit_number: int | None
