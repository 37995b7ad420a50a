"""View model of the printed sheet: the text, its QR code, the people left and their codes."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import segno
from markupsafe import Markup
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.people.models import Person
from intranet.platform.core.web import site_address
from intranet.publishing.announcements import queries
from intranet.publishing.announcements.access import AnnouncementScope
from intranet.publishing.publications import page
from intranet.publishing.publications.view_models import text_of

MAX_PEOPLE = 200


def sheet_context(
    person: Person,
    scope: AnnouncementScope,
    unit_id: UUID | None,
    codes: Mapping[UUID, str] | None = None,
    *,
    everybody: bool = False,
) -> dict[str, Any]:
    """Return the content of the sheet.

    Args:
        codes: the new codes, by person.
        everybody: include people who can be reached by mail.
    """
    publication = scope.publication
    people = missing_people(scope, unit_id, everybody=everybody)
    shown = people[:MAX_PEOPLE]
    ids = [one.id for one in shown]
    sent = queries.missing_rows(scope, ids)
    units = queries.units({row.unit_id for rows in sent.values() for row in rows})
    address = site_address(f"/p/{publication.id}")
    shown_as = page.publication_context(person, publication, "")
    counts = queries.counts(scope)
    return {
        "publication": publication,
        "article": shown_as["article"],
        "row": shown_as["row"],
        "address": address,
        "picture": qr(address),
        "people": [
            (
                one,
                [
                    (
                        text_of(row.post.title, units[row.unit_id].agency.language),
                        text_of(units[row.unit_id].name, units[row.unit_id].agency.language),
                    )
                    for row in sent.get(one.id, ())
                ],
            )
            for one in shown
        ],
        "has_more": len(people) > MAX_PEOPLE,
        "limit": MAX_PEOPLE,
        "units": [row for row in counts if row.missing],
        "unit": next((row.unit for row in counts if row.unit.id == unit_id), None),
        "everybody": everybody,
        "codes": codes or {},
        "numbers": _staff_numbers(ids),
        "is_open": publication.withdrawn_at is None,
    }


def missing_people(
    scope: AnnouncementScope, unit_id: UUID | None, *, everybody: bool
) -> list[Person]:
    """List people who have not confirmed: all of them, or only those without a mailbox.

    One more than `MAX_PEOPLE` may be returned, to show that the list is not complete.
    """
    asked = (
        select(Person)
        .where(Person.id.in_(queries.missing_ids(scope, unit_id)))
        .order_by(Person.sort_key, Person.id)
        .limit(MAX_PEOPLE + 1)
    )
    if not everybody:
        has_mail = select(Account.person_id).where(
            Account.email.is_not(None), Account.state == AccountState.ACTIVE
        )
        asked = asked.where(Person.id.not_in(has_mail))
    return list(db.session.scalars(asked))


def qr(address: str) -> Markup:
    """Draw an address as a QR code without inline style, as the CSP demands."""
    drawn = segno.make(address, error="m").svg_inline(
        border=2, omitsize=True, svgclass="qr", lineclass=None
    )
    return Markup(drawn)  # noqa: S704 - segno draws it, of our own address


def _staff_numbers(person_ids: list[UUID]) -> dict[UUID, str]:
    rows = db.session.execute(
        select(Account.person_id, Account.staff_number).where(
            Account.person_id.in_(person_ids), Account.staff_number.is_not(None)
        )
    )
    return {person_id: number or "" for person_id, number in rows}
