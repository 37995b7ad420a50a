"""Response models of search."""

from typing import Literal

from pydantic import AwareDatetime

from intranet.messaging.messages.responses import AuthorResponse
from intranet.platform.core.responses import ResponseModel, TitledResponse


class PieceResponse(ResponseModel):
    """A piece of an excerpt."""

    text: str
    is_hit: bool


class SearchHitResponse(ResponseModel):
    """A search result; fields that its kind does not have are null."""

    kind: Literal["person", "post", "unit", "agency", "message", "file", "publication"]
    id: str
    name: str
    url: str
    excerpt: list[PieceResponse]
    at: AwareDatetime | None
    author: AuthorResponse | None
    conversation: TitledResponse | None
    message_id: str | None
    seq: int | None
