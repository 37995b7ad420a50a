"""Create many accounts at once, as an import does: they await an invitation."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts import letters
from intranet.organisation.accounts.models import Account
from intranet.organisation.accounts.operations.holding import hold_posts_of
from intranet.organisation.agencies.access import require_administrators
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core.database import store_rows
from intranet.platform.core.unit_of_work import unit_of_work


@dataclass(frozen=True, kw_only=True)
class AccountRow:
    """An account to create; an e-mail or a staff number is required, in its stored form."""

    person_id: UUID
    home_agency_id: UUID
    email: str | None = None
    staff_number: str | None = None


def create_accounts(actor: Person | None, rows: Sequence[AccountRow]) -> None:
    """Create accounts that await an invitation; nothing is sent.

    The caller has checked in this transaction that the names are free, and writes the audit log.

    Raises:
        Forbidden: the actor does not administer one of the agencies.
    """
    with unit_of_work():
        require_administrators(actor, {row.home_agency_id for row in rows})
        store_rows(Account, [vars(row) for row in rows])
        hold_posts_of([row.person_id for row in rows])


def tell_added(people: Sequence[tuple[UUID, UUID]]) -> None:
    """Notify account holders that another agency added them.

    Args:
        people: ids of person and agency.
    """
    with unit_of_work() as work:
        for person_id, agency_id in people:
            account = db.session.scalar(select(Account).where(Account.person_id == person_id))
            if account and account.home_agency_id != agency_id:
                letters.post_added(work, account, db.session.get_one(Agency, agency_id))
