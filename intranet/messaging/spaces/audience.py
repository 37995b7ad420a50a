"""The audience language: one expression for membership, targets, invitations and previews.

    {"any": [{"unit": U, "subtree": true}, {"function": "PRO", "level": "head"}],
     "except": [{"post": P}]}

It is checked by a schema, shown as a sentence, and compiled to one SQL select.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator
from sqlalchemy import ColumnElement, Select, and_, exists, not_, or_, select
from sqlalchemy.orm import aliased

from intranet.extensions import db
from intranet.messaging.spaces.access import holds_post, is_current_member
from intranet.messaging.spaces.models import SpaceMember
from intranet.organisation.agencies.models import Agency, AgencyKind, Post, PostFunction, Unit
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.queries import is_current, is_not_over
from intranet.platform.core import clock
from intranet.platform.core.parsing import Form, Line

Level = Literal["head"] | Annotated[int, Field(ge=1, le=5)]
ATOMS_LIMIT = 50


class Atom(Form):
    """A condition on the post that a person holds: either a place, or a mix of properties."""

    agency: UUID | None = None
    unit: UUID | None = None
    heads: UUID | None = None
    subtree: bool = False
    post: UUID | None = None
    person: UUID | None = None
    group: UUID | None = None
    function: Annotated[Line, Field(max_length=3)] | None = None
    level: Level | None = None
    agency_kind: AgencyKind | None = None
    territory: Annotated[Line, Field(max_length=20)] | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        places = [self.agency, self.unit, self.heads, self.post, self.person, self.group]
        mix = [self.function, self.level, self.agency_kind, self.territory]
        given = sum(place is not None for place in places)
        if given > 1 or (given == 0) == (not any(mix)):
            raise ValueError("name one place, or properties")
        return self


class Audience(Form):
    """People by the posts they hold: those that fit any atom, without the exceptions."""

    any: Annotated[list[Atom], Field(min_length=1, max_length=ATOMS_LIMIT)]
    excepted: list[Atom] = Field(alias="except", max_length=ATOMS_LIMIT, default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the expression as it is stored."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def person_ids(audience: Audience, now: datetime) -> Select[UUID]:
    """Select the ids of the people in the audience at this instant, each once."""
    return (
        appointments_in(audience, now)
        .where(is_current(now))
        .with_only_columns(Appointment.person_id)
        .distinct()
    )


def appointments_in(audience: Audience, now: datetime) -> Select[Appointment]:
    """Select the current and future appointments that put people in the audience."""
    wanted = (
        select(Appointment)
        .join(Post, Appointment.post_id == Post.id)
        .join(Unit, Post.unit_id == Unit.id)
        .join(Agency, Post.agency_id == Agency.id)
        .where(
            is_not_over(now),
            ~Appointment.on_hold,
            or_(*(_fits(atom) for atom in audience.any)),
        )
    )
    if audience.excepted:
        wanted = wanted.where(not_(_is_excepted(audience, now)))
    return wanted


def _is_excepted(audience: Audience, now: datetime) -> ColumnElement[bool]:
    """Return the condition that the person holds an excepted post, today or later."""
    other = aliased(Appointment)
    post, unit, agency = aliased(Post), aliased(Unit), aliased(Agency)
    hits = (_fits(atom, other, post, unit, agency) for atom in audience.excepted)
    return exists(
        select(other.id)
        .join(post, other.post_id == post.id)
        .join(unit, post.unit_id == unit.id)
        .join(agency, post.agency_id == agency.id)
        .where(
            other.person_id == Appointment.person_id,
            or_(other.until.is_(None), other.until > now),
            or_(*hits),
        )
    )


def _fits(
    atom: Atom,
    appointment: Any = Appointment,
    post: Any = Post,
    unit: Any = Unit,
    agency: Any = Agency,
) -> ColumnElement[bool]:
    """Return the atom as a condition on an appointment and its post, unit and agency."""
    return and_(*_place(atom, appointment, post, unit), *_mix(atom, post, agency))


def _place(atom: Atom, appointment: Any, post: Any, unit: Any) -> Iterator[ColumnElement[bool]]:
    if atom.agency:
        yield post.agency_id == atom.agency
    if place := atom.unit or atom.heads:
        yield within(place, unit) if atom.subtree else unit.id == place
    if atom.post:
        yield post.id == atom.post
    if atom.person:
        yield appointment.person_id == atom.person
    if atom.group:
        yield appointment.person_id.in_(_inside(atom.group))


def _mix(atom: Atom, post: Any, agency: Any) -> Iterator[ColumnElement[bool]]:
    if atom.heads or atom.level == "head":
        yield post.is_head.is_(True)
    elif atom.level is not None:
        yield post.level == atom.level
    if atom.function:
        has = select(PostFunction.post_id).where(PostFunction.function_code == atom.function)
        yield post.id.in_(has)
    if atom.agency_kind:
        yield agency.kind == atom.agency_kind
    if atom.territory:
        yield agency.territory.startswith(atom.territory, autoescape=True)


def _inside(space_id: UUID) -> Select[UUID]:
    """Select the ids of the members of a group."""
    now = clock.now()
    return select(SpaceMember.person_id).where(
        SpaceMember.space_id == space_id, is_current_member(now), holds_post(now)
    )


def within(unit_id: UUID, unit: Any = Unit) -> ColumnElement[bool]:
    """Return the condition that a unit is another one or below it, as a range of paths."""
    root = db.session.get(Unit, unit_id)
    if root is None:
        return unit.id == unit_id  # type: ignore[no-any-return]
    return and_(unit.path >= root.path, unit.path < f"{root.path[:-1]}0")
