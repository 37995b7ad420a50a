"""An agency's people as a spreadsheet: the only export of many people at once."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from flask import Response, stream_with_context
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from intranet.administration.admin.blueprint import administrator, bp
from intranet.extensions import db
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.access import require_right
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import has_term_at
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.spreadsheet import BEGINNING, spreadsheet_row

BATCH_SIZE = 500
COLUMNS = (
    *("name", "email", "staff_number", "phone", "post_code", "post", "unit_code", "unit"),
    *("appointment", "from", "to"),
)


@bp.post("/<code>/people/export")
@administrator
def export_people(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Download the current appointments as a spreadsheet, and record this in the audit log."""
    require_right(actor, Act.PEOPLE, agency.id, by_own_post=True)
    record("people.export", agency_id=agency.id, actor_id=actor.id, subject=("agency", agency.id))
    name = f"people-{agency.handle}-{clock.today(agency.time_zone):%Y-%m-%d}.csv"
    return Response(
        stream_with_context(_spreadsheet(agency.id, agency.language)),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _spreadsheet(agency_id: UUID, language: str) -> Iterator[str]:
    yield BEGINNING + spreadsheet_row(COLUMNS)
    ids = _current(agency_id)
    for start in range(0, len(ids), BATCH_SIZE):
        for row, account in _rows(agency_id, ids[start : start + BATCH_SIZE]):
            yield _line(row, account, language)


def _current(agency_id: UUID) -> Sequence[UUID]:
    """Return the ids of the agency's current appointments.

    All of them in one query: a query for the ids after a given one takes as long as the whole.
    """
    wanted = (
        select(Appointment.id)
        .join(Post, Post.id == Appointment.post_id)
        .where(Post.agency_id == agency_id, has_term_at(clock.now()))
    )
    return db.session.scalars(wanted.order_by(Appointment.id)).all()


def _rows(agency_id: UUID, ids: Sequence[UUID]) -> Iterator[tuple[Appointment, Account | None]]:
    wanted = (
        select(Appointment, Account)
        .outerjoin(Account, Account.person_id == Appointment.person_id)
        .where(Appointment.id.in_(ids))
        .order_by(Appointment.id)
    )
    rows: Iterable[Any] = db.session.execute(wanted)  # an account may be None
    for row, account in rows:
        # As an SQL condition, PostgreSQL would read every account of the agency for each part.
        yield row, account if account and account.home_agency_id == agency_id else None


def _line(row: Appointment, account: Account | None, language: str) -> str:
    post, person = row.post, row.person
    unit: Unit = post.unit
    return spreadsheet_row(
        (
            person.name,
            (account.email if account else None) or "",
            (account.staff_number if account else None) or "",
            person.phone,
            post.code,
            post.title.text(language),
            unit.code,
            unit.name.text(language),
            row.kind.value,
            row.starts_on.isoformat(),
            row.ends_on.isoformat() if row.ends_on else "",
        )
    )
