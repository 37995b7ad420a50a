"""Response models of publications, their audience and their readers."""

from datetime import date
from typing import Any

from pydantic import AwareDatetime

from intranet.delivery.files.responses import FileResponse
from intranet.messaging.messages.responses import AuthorResponse
from intranet.messaging.spaces.models import Visibility
from intranet.platform.core.responses import NamedResponse, ResponseModel, TitledResponse
from intranet.publishing.publications.kinds import KindName
from intranet.publishing.publications.models import PublicationState


class ExcludedResponse(ResponseModel):
    """People whom an audience leaves out for one reason, the first of them by name."""

    reason: str
    count: int
    sample: list[AuthorResponse]


class AudiencePreviewResponse(ResponseModel):
    """The people whom an audience reaches, the first of them by name."""

    count: int
    outside: int
    sample: list[AuthorResponse]
    sentence: str
    version: str
    space_id: str | None
    post_id: str | None
    excluded: list[ExcludedResponse]


class PublicationResponse(ResponseModel):
    """A publication in a list; without post and agency if they are hidden from readers."""

    id: str
    kind: KindName
    state: PublicationState
    url: str
    title: str
    titles: dict[str, str]
    summary: str
    post: TitledResponse | None
    place: str
    agency: str | None
    published_at: AwareDatetime | None
    expires_at: AwareDatetime | None
    pinned_until: AwareDatetime | None
    is_urgent: bool
    due_on: date | None
    visibility: Visibility | None
    version: int
    confirmed_at: AwareDatetime | None


class PublicationTextResponse(ResponseModel):
    """A draft's text in one language."""

    title: str
    body: str


class WorkingCopyResponse(ResponseModel):
    """The working copy of a publication, for its writers."""

    edition: int
    space_id: str
    texts: dict[str, PublicationTextResponse]
    audience: dict[str, Any] | None
    audience_version: str
    scheduled_at: AwareDatetime | None
    counts_newcomers: bool
    has_discussion: bool
    is_only_here: bool
    held_at: AwareDatetime | None
    held_reason: str
    file_ids: list[str]


class WholePublicationResponse(PublicationResponse):
    """A whole publication; `draft` only for its writers."""

    body: dict[str, str]
    html: dict[str, str]
    sha256: str
    files: list[FileResponse]
    urgent_reason: str
    author: NamedResponse | None
    confirmed_version: int
    older_languages: list[str]
    topics: list[str]
    discussion_id: str | None
    withdrawn_at: AwareDatetime | None
    withdrawn_reason: str
    draft: WorkingCopyResponse | None


class ReaderResponse(ResponseModel):
    """A recipient of a publication, in the post that they held when it was sent."""

    person: NamedResponse
    post: TitledResponse
    unit: NamedResponse
    confirmed_at: AwareDatetime | None
