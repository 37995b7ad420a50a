"""Which rows of a table are a person's, as SQL conditions that follow its foreign keys."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, and_, false, not_, or_, select

from intranet.extensions import Model
from intranet.records.holds.access import is_told_to
from intranet.records.holds.models import LegalHold
from intranet.records.own_data.catalogue import catalogue

HELD_AS_OWN = {"message_files", "publication_files", "scheduled_files", "uploads"}
"""Tables that hold what their owner uploaded. What others hold was made for an agency."""
SILENT = ("hold.", "holds.", "access.", "access_request.", "retention.")
"""Acts on records: whom they concern is told by the officer, or not at all, also by a file that an
officer takes of their own."""


def table_of(name: str) -> Table:
    """Return a table by its name."""
    return Model.metadata.tables[name]


def is_of(name: str, person_id: UUID) -> ColumnElement[bool]:
    """Return the condition for the rows of a table to be the person's."""
    table = table_of(name)
    if name == "audit_lines":
        return _is_logged(table, person_id)
    if name == "legal_holds":
        return table.c.id.in_(select(LegalHold.id).where(is_told_to(person_id)))
    found = or_(
        false(), *(_leads_to(table, column, person_id) for column in catalogue()[name].mine)
    )
    if name == "files":
        return and_(found, _is_uploaded(table))
    if name == "access_notices":
        return and_(found, table.c.told_at.is_not(None))
    return found


def account_ids(person_id: UUID) -> Select[UUID]:
    """Return, as SQL, the ids of a person's accounts."""
    accounts = table_of("accounts")
    return select(accounts.c.id).where(accounts.c.person_id == person_id)


def _leads_to(table: Table, name: str, person_id: UUID) -> ColumnElement[bool]:
    column = table.c[name]
    targets = [key.column for key in column.foreign_keys]
    if not targets or targets[0].table.name == "people":
        return column == person_id
    target = targets[0]
    if target.table.name == "accounts":
        return column.in_(account_ids(person_id))
    return column.in_(select(target).where(is_of(target.table.name, person_id)))


def _is_logged(table: Table, person_id: UUID) -> ColumnElement[bool]:
    """Return the condition for what the person did, and for what was done to them."""
    of_person = and_(table.c.subject_kind == "person", table.c.subject_id == person_id)
    of_account = and_(
        table.c.subject_kind == "account", table.c.subject_id.in_(account_ids(person_id))
    )
    told = not_(or_(*(table.c.act.startswith(act, autoescape=True) for act in SILENT)))
    return and_(told, or_(table.c.actor_id == person_id, of_person, of_account))


def _is_uploaded(files: Table) -> ColumnElement[bool]:
    """Return the condition that no table but those of uploads holds a file.

    A legal hold changes nothing for a file that the person still has; one that they deleted is
    gone for them.
    """
    own, held, under_hold = [], [], []
    for table in Model.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table is not files or key.ondelete == "CASCADE":
                continue
            found = select(key.parent).where(key.parent == files.c.id).exists()
            if table.name in HELD_AS_OWN:
                own.append(found)
            elif table.name == "held_files":
                under_hold.append(found)
            else:
                held.append(found)
    return and_(not_(or_(false(), *held)), or_(*own, not_(or_(false(), *under_hold))))
