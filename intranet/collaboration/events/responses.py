"""Response models of events."""

from pydantic import AwareDatetime

from intranet.collaboration.events.models import AnswerKind
from intranet.platform.core.responses import ResponseModel, TitledResponse


class EventResponse(ResponseModel):
    """An occurrence of an event, with the reader's answer."""

    id: str
    at: str
    url: str
    title: str
    titles: dict[str, str]
    post: TitledResponse
    space: str
    agency: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    cancelled_at: AwareDatetime | None
    going: int
    answer: AnswerKind | None
    is_waiting: bool
    starts: str
    ends: str
    zone: str
    is_all_day: bool
    place: str
    link: str
    capacity: int | None
    rule: str
    sequence: int
