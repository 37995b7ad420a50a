"""Write accounts, and tell people of agencies that added them.

The caller is an operation or an import. It has required the right, checked in this transaction
that the names are free, and writes the audit log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts import letters
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.accounts.operations.second_factor_holds import hold_posts_of
from intranet.organisation.agencies.models import Agency
from intranet.platform.core.database import store_rows
from intranet.platform.core.unit_of_work import unit_of_work


@dataclass(frozen=True, kw_only=True)
class AccountRow:
    """An account to create; an e-mail or a staff number is required, in its stored form."""

    id: UUID
    person_id: UUID
    home_agency_id: UUID
    email: str | None
    staff_number: str | None
    password_hash: str | None = None
    state: AccountState = AccountState.INVITED
    locale: str | None = None
    import_id: UUID | None = None


def store_accounts(rows: Sequence[AccountRow]) -> None:
    """Create accounts; nothing is sent."""
    with unit_of_work():
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
