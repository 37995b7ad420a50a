"""Response models of agencies, units, posts and people."""

from datetime import date
from typing import Literal

from pydantic import Field

from intranet.finding.counterparts.responses import PostLineResponse, UnitLineResponse
from intranet.messaging.conversations.responses import FaceResponse
from intranet.organisation.people.models import AppointmentKind, ProfileReach, Showing
from intranet.platform.core.responses import CodedResponse, NamedResponse, ResponseModel


class AgencyResponse(ResponseModel):
    """An agency."""

    id: str
    code: str
    code_scheme: str
    handle: str
    name: str
    names: dict[str, str]
    kind: str
    territory: str | None
    population: int | None
    languages: list[str]
    time_zone: str


class WholeAgencyResponse(AgencyResponse):
    """An agency with its figures and its root unit."""

    root_unit_id: str
    people_count: int
    posts: int
    vacant: int


class UnitResponse(UnitLineResponse):
    """A unit by itself."""

    names: dict[str, str]
    kind: str
    agency: str
    parent_id: str | None
    depth: int
    valid_from: date | None
    valid_to: date | None
    successor_id: str | None


class UnitPostResponse(PostLineResponse):
    """A post of a unit, with its places."""

    places: int
    vacant: int


class WholeUnitResponse(UnitResponse):
    """A unit with the units around it; fields that end in `here` leave out what is below it."""

    above: list[UnitLineResponse]
    below: list[UnitLineResponse]
    people_here: int
    posts: int
    vacant: int
    functions: list[CodedResponse]
    channel_id: str | None
    posts_here: list[UnitPostResponse]


class AppointmentResponse(ResponseModel):
    """A person in a post."""

    person: FaceResponse
    post: PostLineResponse
    unit: UnitLineResponse
    agency: CodedResponse
    kind: AppointmentKind
    since: date


class FormerAppointmentResponse(AppointmentResponse):
    """A person who held a post, with the last day."""

    until: date | None


class HeldAppointmentResponse(AppointmentResponse):
    """A post that a person holds, with its functions."""

    basis: str
    functions: list[CodedResponse]


class PostResponse(UnitPostResponse):
    """A post with its holders and stand-ins."""

    titles: dict[str, str]
    handle: str
    address: str
    kind: str
    unit: UnitLineResponse
    agency: CodedResponse
    functions: list[CodedResponse]
    fallback_id: str | None
    people: list[AppointmentResponse]
    stand_ins: list[FaceResponse]
    before: list[FormerAppointmentResponse]
    valid_from: date | None
    valid_to: date | None


class DayResponse(ResponseModel):
    """Where and when a person works on a day of the week."""

    place: Literal["office", "home", "elsewhere"]
    from_: str = Field(alias="from")
    to: str


class AbsenceResponse(ResponseModel):
    """An absence of a person."""

    starts_on: date
    ends_on: date
    stand_in: NamedResponse | None


class PersonResponse(FaceResponse):
    """A person; a field that the reader may not see is empty."""

    about: str
    languages: list[str]
    ask_about: list[str]
    phone: str
    contact_note: str
    week: dict[str, DayResponse]
    posts: list[HeldAppointmentResponse]
    before: list[FormerAppointmentResponse]
    heads: list[AppointmentResponse]
    absence: AbsenceResponse | None


class SettingsResponse(ResponseModel):
    """A person's settings."""

    language: str
    time_zone: str
    theme: str
    enter_sends: bool
    single_keys: bool


class MeResponse(PersonResponse):
    """One's own profile, with the reach of each field and the settings."""

    version: int
    reach: dict[str, ProfileReach]
    showing: Showing
    open_to_questions: bool
    is_suggested: bool
    confirmed_on: date | None
    email: str | None
    staff_number: str | None
    home_agency: str
    administers: list[str]
    settings: SettingsResponse


class FoundResponse(ResponseModel):
    """A result of the directory, and why it was found."""

    kind: Literal["person", "post", "unit", "agency"]
    id: str
    name: str
    agency: CodedResponse
    unit: UnitLineResponse | None
    post: PostLineResponse | None
    people: list[FaceResponse]
    reasons: list[str]
