"""The administrators who count as the second pair of eyes.

Four eyes are two people: neither the one who asked nor the one whom it is about, and nobody whom
the first one could have made an administrator for the purpose, or whose account was changed by
others and not confirmed since. One that was changed before anybody used it counts as made then.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts.models import Account, SensitiveChange, TalksCut
from intranet.organisation.agencies.models import Administration
from intranet.organisation.agencies.roles import AgencyRole
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.queries import is_current
from intranet.platform.core import clock
from intranet.platform.core.ids import made_at

SETTLED_AFTER = timedelta(days=7)
"""How long somebody must have been an administrator, unless the agency itself is newer."""


def approvers_of(change: SensitiveChange) -> set[UUID]:
    """Return the ids of the people who may approve a change.

    Nobody may if a directory or program asked: whoever runs it may be one of them.
    """
    if change.is_by_provider:
        return set()
    settled = settled_administrators(change.account.home_agency_id)
    return settled - {change.asked_by_id, change.account.person_id}


def settled_administrators(agency_id: UUID) -> set[UUID]:
    """Return the ids of an agency's administrators who have been so long enough to be asked."""
    now = clock.now()
    since = max(now - SETTLED_AFTER, made_at(agency_id) + SETTLED_AFTER)
    rows = db.session.execute(
        select(Appointment.person_id, TalksCut.proofs, TalksCut.cut_at)
        .add_columns(Appointment.id, Administration.id, Account.id)
        .add_columns(Appointment.since, Administration.since, Administration.accepted_at)
        .join(Administration, Administration.post_id == Appointment.post_id)
        .join(Account, Account.person_id == Appointment.person_id)
        .outerjoin(TalksCut, TalksCut.account_id == Account.id)
        .where(
            Administration.agency_id == agency_id,
            Administration.role == AgencyRole.ADMINISTRATOR,
            Administration.is_in_force(now),
            is_current(now),
        )
    )
    return {
        person_id for person_id, proofs, *began in rows if not proofs and _latest(began) <= since
    }


def _latest(began: Iterable[UUID | datetime | None]) -> datetime:
    """Return the last of instants, and of the instants at which ids were made."""
    return max(made_at(each) if isinstance(each, UUID) else each for each in began if each)
