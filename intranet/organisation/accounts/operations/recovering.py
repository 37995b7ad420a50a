"""Recover agencies whose administrators are gone: the operator's way, and the marks it leaves."""

from collections.abc import Sequence
from typing import Final

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
from intranet.platform.core.parsing import required_line
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work

REASON_LIMIT: Final = 300


def agencies_without_administrator() -> Sequence[Agency]:
    """Return the agencies that nobody administers who can sign in, by code."""
    found = administrators_at(clock.now()).with_only_columns(Administration.agency_id)
    return db.session.scalars(
        select(Agency).where(Agency.id.not_in(found)).order_by(Agency.code)
    ).all()


def recover(
    account: Account, agencies: Sequence[Agency], *, post_title: str, beside: str = ""
) -> str | None:
    """Make a person the administrator of agencies that have none, as the operator.

    The role is given to a post of theirs in each agency or, without one, to a new post at its
    top. Each agency's log and the operator's own say so; other administrators are told.

    Args:
        post_title: the title of a new post.
        beside: why they administer beside somebody who can sign in, as when an account was taken
            over; without a reason, only agencies that nobody administers are recovered.

    Returns:
        The link of an invitation to hand over, if the account awaits one and has no mailbox.

    Raises:
        Conflict: one of the agencies has an administrator who can sign in, and no reason is given.
        Invalid: the reason is too long.
    """
    reason = required_line(beside, "beside", REASON_LIMIT) if beside else ""
    with unit_of_work() as work:
        address = None
        if account.state == AccountState.DISABLED:
            enable_account(None, account)
        if account.state == AccountState.INVITED:
            address = invite_again(None, account).address
        for agency in sorted(agencies, key=lambda one: one.id):
            work.lock(agency)
            _recover(account, agency, post_title, reason)
        record(
            "installation.recover",
            agency_id=None,
            actor_id=None,
            subject=("person", account.person_id),
            detail={"count": len(agencies), **_why(reason)},
        )
    return address


def _recover(account: Account, agency: Agency, post_title: str, reason: str) -> None:
    there = administrators_at(clock.now()).where(Administration.agency_id == agency.id)
    if not reason and db.session.execute(there.limit(1)).first():
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
        detail={"post": str(row.post_id), "person": str(account.person_id), **_why(reason)},
    )


def _why(reason: str) -> dict[str, str]:
    return {"reason": reason} if reason else {}


def _new_post(account: Account, agency: Agency, title: str) -> Post:
    text = Localized({agency.language: title})
    post = create_post(None, PostSpec(unit=root_unit(agency), title=text))
    appoint(None, post, account.person, starts_on=clock.today(agency.time_zone))
    return post
