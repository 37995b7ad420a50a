"""The brake on a program that ends many people within a day: it stops, and asks.

Somebody who empties a group by mistake, or a program that has been taken over, would otherwise
close an agency within minutes. A stop holds until an administrator agrees; then the ends of one day
pass.
"""

import logging
from datetime import timedelta

from sqlalchemy import Select, delete, func, select

from intranet.extensions import db
from intranet.organisation.accounts.events import AccountConcerned
from intranet.organisation.agencies.access import require_administrator
from intranet.organisation.identity.leavers import exceed_share
from intranet.organisation.identity.models import ExternalIdentity, Provider, ProvisionedAccount
from intranet.organisation.identity.scim.models import ScimEnd, ScimStop
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import administrator_ids
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.unit_of_work import Work, unit_of_work

log = logging.getLogger("intranet.security")

WINDOW = timedelta(days=1)
STOPS_KEPT_FOR = timedelta(days=365)


class TooManyEnds(Exception):  # noqa: N818 - the program is at fault
    """A program may not end anybody before an administrator of its agency agrees."""


def count_end(work: Work, provider: Provider) -> None:
    """Within an operation that ends somebody for a program: count it, or refuse it.

    The caller holds the lock of the organisation.

    Raises:
        TooManyEnds: it is one too many for a day. Call `stop` once this is rolled back.
    """
    if are_ends_allowed(provider):
        return
    found = latest_stop(provider)
    ended = ends_of_day(provider) + 1  # this one is no longer kept
    is_stopped = found is not None and found.agreed_at is None
    if is_stopped or exceed_share(ended, _count_settled(provider) + ended):
        raise TooManyEnds
    work.add(ScimEnd(provider_id=provider.id))


def stop(provider: Provider) -> None:
    """Note that a program was stopped, and tell the agency's administrators once."""
    with unit_of_work() as work:
        work.lock(provider)
        before = latest_stop(provider)
        if before and before.agreed_at is None:
            return
        work.add(ScimStop(provider_id=provider.id, ends=ends_of_day(provider)))
        record(
            "provisioning.stop",
            agency_id=provider.agency_id,
            actor_id=None,
            subject=("provider", provider.id),
        )
        path = f"/admin/{provider.agency.code}/sign-in/scim"
        for person_id in administrator_ids(provider.agency_id):
            work.publish(AccountConcerned(person_id, "account_program", path))
    log.warning("program stopped: many ends provider=%s", provider.id)


def allow_ends(actor: Person, provider: Provider, *, is_meant: bool) -> None:
    """Let a program end as many people as it does for a day, as an administrator.

    Args:
        is_meant: whether the actor has confirmed that these people have left.

    Raises:
        Forbidden: the actor does not administer the agency.
        Invalid: the actor did not confirm that the people have left.
    """
    with unit_of_work() as work:
        work.lock(provider)
        require_administrator(actor, provider.agency_id)
        if not is_meant:
            raise Invalid({"is_meant": _l("Confirm first that all these people have left.")})
        require_confirmed(actor)
        found = latest_stop(provider)
        if found is None or found.agreed_at is not None:
            found = ScimStop(provider_id=provider.id, ends=ends_of_day(provider))
            work.add(found)
        found.agreed_at, found.agreed_by_id = clock.now(), actor.id
        record(
            "provisioning.agree",
            agency_id=provider.agency_id,
            actor_id=actor.id,
            subject=("provider", provider.id),
        )


def latest_stop(provider: Provider) -> ScimStop | None:
    """Return the newest stop of a program, agreed to or not."""
    theirs = select(ScimStop).where(ScimStop.provider_id == provider.id)
    return db.session.scalar(theirs.order_by(ScimStop.began_at.desc(), ScimStop.id.desc()).limit(1))


def are_ends_allowed(provider: Provider) -> bool:
    """Return whether an administrator agreed within a day to all ends."""
    found = latest_stop(provider)
    return bool(found and found.agreed_at and found.agreed_at > clock.now() - WINDOW)


def ends_of_day(provider: Provider) -> int:
    """Return how many people a program ended within a day."""
    counted = select(func.count(ScimEnd.id)).where(
        ScimEnd.provider_id == provider.id, ScimEnd.at > clock.now() - WINDOW
    )
    return db.session.scalar(counted) or 0


def forget_old() -> None:
    """Delete counted ends after a day, stops after a year."""
    now = clock.now()
    with unit_of_work():
        db.session.execute(delete(ScimEnd).where(ScimEnd.at <= now - WINDOW))
        db.session.execute(delete(ScimStop).where(ScimStop.began_at < now - STOPS_KEPT_FOR))


def count_kept(provider: Provider) -> int:
    """Return how many people a program keeps now."""
    return db.session.scalar(_kept(provider)) or 0


def count_without_post(provider: Provider) -> int:
    """Return how many of them have a unit or a post that is not found here."""
    return db.session.scalar(_kept(provider).where(ProvisionedAccount.digest == "")) or 0


def _count_settled(provider: Provider) -> int:
    """Return how many it keeps for longer than a day: invented people must not raise the limit."""
    before = clock.now() - WINDOW
    return db.session.scalar(_kept(provider).where(ExternalIdentity.tied_at <= before)) or 0


def _kept(provider: Provider) -> Select[int]:
    return (
        select(func.count(ProvisionedAccount.identity_id))
        .join(ExternalIdentity, ExternalIdentity.id == ProvisionedAccount.identity_id)
        .where(ExternalIdentity.provider_id == provider.id, ProvisionedAccount.ended_at.is_(None))
    )
