"""Recover agencies whose administrators are gone: the operator's way, and the marks it leaves."""

from collections.abc import Sequence

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.accounts.operations.accounts import enable_account, invite_again
from intranet.organisation.accounts.operations.last_administrators import administrators_at
from intranet.organisation.agencies.models import Administration, Agency, Post
from intranet.organisation.agencies.operations.administrations import make_administrator
from intranet.organisation.agencies.operations.agencies import root_unit
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.people.operations.appointments import appoint
from intranet.organisation.people.queries import current_appointments
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict
from intranet.platform.core.i18n import _l
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work


def agencies_without_administrator() -> Sequence[Agency]:
    """Return the agencies that nobody administers who can sign in, by code."""
    found = administrators_at(clock.now()).with_only_columns(Administration.agency_id)
    return db.session.scalars(
        select(Agency).where(Agency.id.not_in(found)).order_by(Agency.code)
    ).all()


def recover(account: Account, agencies: Sequence[Agency], *, post_title: str) -> str | None:
    """Make a person the administrator of agencies that have none, as the operator.

    The role is given to a post of theirs in each agency or, without one, to a new post at its
    top. Each agency's log and the operator's own say so.

    Args:
        post_title: the title of a new post.

    Returns:
        The link of an invitation to hand over, if the account awaits one and has no mailbox.

    Raises:
        Conflict: one of the agencies has an administrator who can sign in.
    """
    with unit_of_work() as work:
        address = None
        if account.state == AccountState.DISABLED:
            enable_account(None, account)
        if account.state == AccountState.INVITED:
            address = invite_again(None, account).address
        for agency in sorted(agencies, key=lambda one: one.id):
            work.lock(agency)
            _recover(account, agency, post_title)
        record(
            "installation.recover",
            agency_id=None,
            actor_id=None,
            subject=("person", account.person_id),
            detail={"count": len(agencies)},
        )
    return address


def _recover(account: Account, agency: Agency, post_title: str) -> None:
    there = administrators_at(clock.now()).where(Administration.agency_id == agency.id)
    if db.session.execute(there.limit(1)).first():
        raise Conflict(
            _l("The agency %(code)s has an administrator who can sign in.", code=agency.code)
        )
    held = [row.post for row in current_appointments(account.person_id)]
    post = next((post for post in held if post.agency_id == agency.id), None)
    row = make_administrator(None, agency, post or _new_post(account, agency, post_title))
    record(
        "administration.recover",
        agency_id=agency.id,
        actor_id=None,
        subject=("administration", row.id),
        detail={"post": str(row.post_id), "person": str(account.person_id)},
    )


def _new_post(account: Account, agency: Agency, title: str) -> Post:
    text = Localized({agency.language: title})
    post = create_post(None, PostSpec(unit=root_unit(agency), title=text))
    appoint(None, post, account.person, starts_on=clock.today(agency.time_zone))
    return post
