"""Access to holds: for an agency's records officers and auditors, and for the people named."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import selectinload

from intranet.administration.admin.audit_names import hides_in_log
from intranet.delivery.files.models import File
from intranet.extensions import db
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Person
from intranet.platform.audit.models import AuditLine
from intranet.platform.core.errors import Forbidden, NotFound
from intranet.platform.core.i18n import _l
from intranet.records.holds.models import (
    HeldFile,
    HeldItem,
    HeldUnder,
    LegalHold,
)
from intranet.records.holds.scope import is_running, names


@hides_in_log
def is_hidden_in_log(reader: Person, agency: Agency) -> ColumnElement[bool]:
    """Return the condition on `AuditLine` for acts on holds of which the reader may not know."""
    of_holds = AuditLine.act.startswith("hold.")
    if not may_read_held(reader, agency):
        return of_holds
    secret = select(LegalHold.id).where(LegalHold.is_confidential, names(reader.id))
    hidden = and_(of_holds, AuditLine.subject_id.in_(secret))
    if knows_all_holds(reader, agency):
        return hidden
    # Before a hold is placed its reach is counted for the agency, with its words.
    return or_(hidden, and_(AuditLine.act == "hold.count", AuditLine.actor_id != reader.id))


def may_read_held(person: Person, agency: Agency) -> bool:
    """Return whether the person may know of holds of the agency and read what they keep."""
    return person.may(Act.READ_HELD, agency.id, by_own_post=True)


def holds_known_to(person: Person, agency: Agency) -> Sequence[LegalHold]:
    """Return the running holds of an agency of which the person may know."""
    if not may_read_held(person, agency):
        return []
    asked = select(LegalHold).where(LegalHold.agency_id == agency.id, is_running())
    return db.session.scalars(asked.where(may_be_known_to(person))).all()


def knows_all_holds(person: Person, agency: Agency) -> bool:
    """Return whether no hold of the agency is kept from the person, nor was."""
    secret = select(LegalHold.id).where(
        LegalHold.agency_id == agency.id, LegalHold.is_confidential, names(person.id)
    )
    return may_read_held(person, agency) and db.session.scalar(secret.limit(1)) is None


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
    if hold is None or hold.agency_id != agency.id or not may_read_held(person, agency):
        raise NotFound
    if hold.is_confidential and is_named(person, hold):
        raise NotFound
    return hold


def is_named(person: Person, hold: LegalHold) -> bool:
    """Return whether the hold names this person or their post: they neither end nor read it."""
    asked = select(LegalHold.id).where(LegalHold.id == hold.id, names(person.id))
    return db.session.scalar(asked) is not None


def require_unnamed(person: Person, hold: LegalHold) -> None:
    """Require that the hold does not name the person: nobody decides on their own.

    Raises:
        Forbidden: it names them.
    """
    if is_named(person, hold):
        raise Forbidden(_l("This hold names you. Another records officer has to do this."))


def may_be_known_to(person: Person) -> ColumnElement[bool]:
    """Return the condition on `LegalHold` that it does not name the person in confidence."""
    return or_(~LegalHold.is_confidential, ~names(person.id))


def get_item(hold: LegalHold, readable: ColumnElement[bool], item_id: UUID) -> HeldItem:
    """Return an item that the hold keeps, with its files.

    Args:
        readable: the condition on `HeldItem` for those that the reader may read.

    Raises:
        NotFound: it keeps no such item.
    """
    asked = select(HeldItem).where(
        HeldItem.id == item_id,
        readable,
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
    return and_(is_running(), ~LegalHold.is_confidential, names(person_id))
