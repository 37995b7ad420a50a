"""Access to holds: for an agency's records officers and auditors, and for the people named."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import selectinload

from intranet.delivery.files.models import File
from intranet.extensions import db
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Forbidden, NotFound
from intranet.platform.core.i18n import _l
from intranet.records.holds.models import (
    HeldFile,
    HeldItem,
    HeldUnder,
    HoldTarget,
    LegalHold,
    TargetKind,
)
from intranet.records.holds.scope import is_running


def may_keep(person: Person, agency: Agency) -> bool:
    """Return whether the person may place and end holds."""
    return person.may(Act.KEEP_RECORDS, agency.id)


def require_keeper(person: Person, agency: Agency) -> None:
    """Require that the person may place holds; for auditors the form is not there.

    Raises:
        NotFound: they may not.
    """
    if not may_keep(person, agency):
        raise NotFound


def get_hold(person: Person, agency: Agency, hold_id: UUID) -> LegalHold:
    """Return a hold of the agency.

    Raises:
        NotFound: there is none, it is another agency's, or the person may not know of it.
    """
    hold = db.session.get(LegalHold, hold_id)
    if hold is None or hold.agency_id != agency.id or not person.may(Act.READ_HELD, agency.id):
        raise NotFound
    if hold.is_confidential and is_named(person, hold):
        raise NotFound
    return hold


def is_named(person: Person, hold: LegalHold) -> bool:
    """Return whether the hold names this person, who then can neither end nor read it."""
    return any(
        target.kind == TargetKind.PERSON and target.subject_id == person.id
        for target in hold.targets
    )


def require_unnamed(person: Person, hold: LegalHold) -> None:
    """Require that the hold does not name the person: nobody decides on their own.

    Raises:
        Forbidden: it names them.
    """
    if is_named(person, hold):
        raise Forbidden(_l("This hold names you. Another records officer has to do this."))


def may_be_known_to(person: Person) -> ColumnElement[bool]:
    """Return the condition on `LegalHold` that it does not name the person in confidence."""
    return or_(~LegalHold.is_confidential, ~_names(person.id))


def _names(person_id: UUID) -> ColumnElement[bool]:
    return exists().where(
        HoldTarget.hold_id == LegalHold.id,
        HoldTarget.kind == TargetKind.PERSON,
        HoldTarget.subject_id == person_id,
    )


def get_item(hold: LegalHold, item_id: UUID) -> HeldItem:
    """Return an item that the hold keeps, with its files.

    Raises:
        NotFound: it keeps no such item.
    """
    asked = select(HeldItem).where(
        HeldItem.id == item_id,
        exists().where(HeldUnder.item_id == HeldItem.id, HeldUnder.hold_id == hold.id),
    )
    item = db.session.scalar(asked.options(selectinload(HeldItem.files)))
    if item is None:
        raise NotFound
    return item


def get_held_file(item: HeldItem, file_id: UUID) -> File:
    """Return a file of a kept item.

    Raises:
        NotFound: the item has no such file.
    """
    held = db.session.get(HeldFile, (item.id, file_id))
    if held is None:
        raise NotFound
    return held.file


def holds_naming(person: Person) -> Sequence[LegalHold]:
    """Return the running holds that name the person and that they may know of."""
    asked = select(LegalHold).where(is_told_to(person.id))
    return db.session.scalars(asked.order_by(LegalHold.placed_at)).all()


def is_told_to(person_id: UUID) -> ColumnElement[bool]:
    """Return the condition on `LegalHold` that it runs, names the person, and is no secret."""
    return and_(is_running(), ~LegalHold.is_confidential, _names(person_id))
