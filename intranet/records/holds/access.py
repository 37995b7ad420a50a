"""Access to holds: for an agency's records officers and auditors, and for the people named."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import selectinload

from intranet.delivery.files.models import File
from intranet.extensions import db
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import NotFound
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


def get_hold(person: Person, agency: Agency, hold_id: UUID) -> LegalHold:
    """Return a hold of the agency.

    Raises:
        NotFound: there is none, it is another agency's, or the person may not know of it.
    """
    hold = db.session.get(LegalHold, hold_id)
    if hold is None or hold.agency_id != agency.id or not person.may(Act.READ_HELD, agency.id):
        raise NotFound
    return hold


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
    named = exists().where(
        HoldTarget.hold_id == LegalHold.id,
        HoldTarget.kind == TargetKind.PERSON,
        HoldTarget.subject_id == person.id,
    )
    asked = select(LegalHold).where(is_running(), ~LegalHold.is_confidential, named)
    return db.session.scalars(asked.order_by(LegalHold.placed_at)).all()
