"""The packages of an agency and of a person, and the groups in which an agency took part."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from intranet.collaboration.groups.access import is_visible_to_administrators
from intranet.extensions import db
from intranet.messaging.spaces.models import Space, SpaceKey
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.records.portability.access import OF_ADMINISTRATORS
from intranet.records.portability.models import OrderState, PackageOrder

MAX_SHOWN = 50


def orders_of_agency(agency: Agency) -> Sequence[PackageOrder]:
    """Return the packages of an agency that its administrators asked for, the newest first."""
    return db.session.scalars(
        select(PackageOrder)
        .where(PackageOrder.agency_id == agency.id, PackageOrder.kind.in_(OF_ADMINISTRATORS))
        .order_by(PackageOrder.asked_at.desc(), PackageOrder.id.desc())
        .limit(MAX_SHOWN)
    ).all()


def orders_of_person(person: Person) -> Sequence[PackageOrder]:
    """Return the packages that a person asked for, the newest first."""
    return db.session.scalars(
        select(PackageOrder)
        .where(PackageOrder.asked_by_id == person.id)
        .order_by(PackageOrder.asked_at.desc(), PackageOrder.id.desc())
        .limit(MAX_SHOWN)
    ).all()


def is_any_busy(orders: Sequence[PackageOrder]) -> bool:
    """Return whether one of these packages is being made."""
    return any(order.state == OrderState.MAKING for order in orders)


def groups_of_others(agency: Agency) -> Sequence[Space]:
    """Return the groups of other agencies that the agency shares, or shared once."""
    shared = select(SpaceKey.space_id).where(
        SpaceKey.agency_id == agency.id, SpaceKey.since.is_not(None)
    )
    return db.session.scalars(
        select(Space)
        .where(
            Space.id.in_(shared),
            Space.agency_id != agency.id,
            is_visible_to_administrators(),
        )
        .order_by(Space.id)
    ).all()


def titles_of(orders: Sequence[PackageOrder]) -> dict[UUID, str]:
    """Return the names of the groups that packages are about, by the id of the package."""
    ids = {order.subject_id for order in orders}
    spaces = {
        space.id: space
        for space in db.session.scalars(
            select(Space).where(Space.id.in_(ids), is_visible_to_administrators())
        )
    }
    return {
        order.id: spaces[order.subject_id].title.text(order.agency.language)
        for order in orders
        if order.subject_id in spaces
    }
