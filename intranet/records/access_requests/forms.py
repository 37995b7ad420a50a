"""Input of the pages of requests for access."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from intranet.platform.core.parsing import MAX_INTEGER, EmptyIsNone, Form, LanguageTag, Line, Text
from intranet.records.access_requests.models import AccessDecision, AccessKind, FoundKind

ShortLine = Annotated[Line, Field(max_length=300)]
Place = Annotated[int, Field(ge=0, le=MAX_INTEGER)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class RequestForm(Form):
    """A new request for access."""

    kind: AccessKind
    asker: ShortLine = ""
    subject: ShortLine = ""
    matter: ShortLine = ""
    due_on: date
    language: LanguageTag


class FindForm(Form):
    """A search of a request."""

    words: ShortLine = ""
    since: Annotated[date | None, EmptyIsNone] = None
    until: Annotated[date | None, EmptyIsNone] = None
    space: Annotated[UUID | None, EmptyIsNone] = None
    kind: Annotated[FoundKind | None, EmptyIsNone] = None


class DecideForm(Form):
    """A decision on a finding; `seen` is the digest of what was read."""

    decision: AccessDecision
    reason: ShortLine = ""
    seen: Annotated[str, Field(max_length=64)] = ""


class ChooseForm(Form):
    """Whether a message of the day goes out."""

    message: UUID
    goes_out: bool = False


class HideForm(Form):
    """Words to hide in a text: as a range that was selected, or as they were typed."""

    sha256: Digest
    reason: UUID
    start: Annotated[Place | None, EmptyIsNone] = None
    end: Annotated[Place | None, EmptyIsNone] = None
    words: Annotated[Text, Field(max_length=2_000)] = ""
    everywhere: bool = False
    part: Annotated[str, Field(max_length=80, pattern=r"^[0-9a-f-]*$")] = ""


class FileForm(Form):
    """How a file goes out."""

    as_text: bool = False
    has_looked: bool = False


class DelayForm(Form):
    """Until when people are not told, and why."""

    delay_until: date
    delay_reason: ShortLine = ""


class ReasonForm(Form):
    """A new reason for hiding words."""

    name: Annotated[Line, Field(max_length=80)] = ""
    article: Annotated[Line, Field(max_length=80)] = ""


class TextForm(Form):
    """The reason for which direct messages are to be read."""

    private_reason: ShortLine = ""
