"""Check that an audience names only what its author may know."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import Select, func, select

from intranet.extensions import Identified, db
from intranet.messaging.spaces.access import joined_by
from intranet.messaging.spaces.audience import Audience
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.people.access import closed_agency_ids, findable_among
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l


def require_may_name(viewer: Person, audience: Audience) -> None:
    """Check that the viewer may know all that an audience names, since its sentence shows it.

    A group may be named only by its members, since a preview shows who else is in it. The board of
    staff representatives may not be named at all.

    Raises:
        Invalid: something does not exist, or the viewer may not know that it does.
    """
    people = _named(audience, "person")
    known = findable_among(viewer, people) == people
    groups = _named(audience, "group")
    seen = select(func.count()).where(
        Space.id.in_(groups), joined_by(viewer), Space.hides_people.is_(False)
    )
    known &= not groups or db.session.scalar(seen) == len(groups)
    closed = closed_agency_ids(viewer)
    for model, agency_of, parts in (
        (Agency, select(Agency.id), ("agency",)),
        (Unit, select(Unit.agency_id), ("unit", "heads")),
        (Post, select(Post.agency_id), ("post",)),
    ):
        named = {row_id for part in parts for row_id in _named(audience, part)}
        found = list(_agencies(agency_of, model, named)) if named else []
        known &= len(found) == len(named) and closed.isdisjoint(found)
    if not known:
        raise Invalid({"audience": _l("This value is not allowed here.")})


def _named(audience: Audience, part: str) -> set[UUID]:
    """Return the ids that the conditions and exceptions of an audience name."""
    atoms = (*audience.any, *audience.excepted)
    return {row_id for atom in atoms if (row_id := getattr(atom, part))}


def _agencies(asked: Select[UUID], model: type[Identified], ids: set[UUID]) -> Iterator[UUID]:
    yield from db.session.scalars(asked.where(model.id.in_(ids)))
