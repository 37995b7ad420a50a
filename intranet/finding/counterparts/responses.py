"""Response models of counterparts."""

from intranet.platform.core.responses import CodedResponse, ResponseModel


class UnitLineResponse(ResponseModel):
    """A unit in short."""

    id: str
    code: str
    name: str


class PostLineResponse(ResponseModel):
    """A post in short."""

    id: str
    code: str
    title: str
    level: int
    is_head: bool


class CounterpartAgencyResponse(CodedResponse):
    """The agency of a counterpart."""

    kind: str
    population: int | None
    territory: str | None


class CounterpartPostResponse(PostLineResponse):
    """The post of a counterpart, with its unit and agency."""

    unit: UnitLineResponse
    agency: CounterpartAgencyResponse


class CounterpartPersonResponse(ResponseModel):
    """A holder of a counterpart's post."""

    id: str
    name: str
    photo_url: str | None
    availability: str | None
    has_account: bool
    open_to_questions: bool


class CounterpartResponse(ResponseModel):
    """A post elsewhere that does the same work, and why it was found."""

    post: CounterpartPostResponse
    people: list[CounterpartPersonResponse]
    score: float
    reasons: list[str]
