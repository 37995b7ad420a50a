"""The agency's own words on the lines of a statement."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.records.statements.models import StatementText

VERSIONS_LISTED = 100


def texts_of(agency_id: UUID, statement: str) -> dict[str, StatementText]:
    """Return the version that counts of each part, also of one whose words were removed."""
    rows = select(StatementText).where(
        StatementText.agency_id == agency_id, StatementText.statement == statement
    )
    return {row.part: row for row in db.session.scalars(rows.order_by(StatementText.number))}


def versions_of(agency_id: UUID, statement: str) -> Sequence[StatementText]:
    """Return the 100 latest versions of all parts, the newest first."""
    rows = select(StatementText).where(
        StatementText.agency_id == agency_id, StatementText.statement == statement
    )
    newest = rows.order_by(StatementText.id.desc()).limit(VERSIONS_LISTED)
    return db.session.scalars(newest).all()


def is_public(agency_id: UUID) -> bool:
    """Return whether the accessibility statement is public: once the agency wrote its contact."""
    contact = texts_of(agency_id, "accessibility").get("contact")
    return contact is not None and bool(contact.body)
