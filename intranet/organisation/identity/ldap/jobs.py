"""Background jobs of directories: compare, follow, and begin by the hour."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from intranet.extensions import db
from intranet.organisation.identity import queries
from intranet.organisation.identity.ldap.comparing import (
    COMPARE,
    STALE_AFTER,
    begin_run,
    make_plan,
)
from intranet.organisation.identity.ldap.following import FOLLOW, follow_for
from intranet.organisation.identity.models import (
    Provider,
    ProviderKind,
    ProviderState,
    ProvisioningLine,
    ProvisioningRun,
)
from intranet.platform.core import clock
from intranet.platform.core.database import execute
from intranet.platform.core.outbox import Pace, enqueue, handler
from intranet.platform.core.unit_of_work import unit_of_work

SLICE_SECONDS = 1.0
EVERY = timedelta(hours=1)
LINES_KEPT_FOR = timedelta(days=7)
KEPT_FOR = timedelta(days=365)


@handler(COMPARE, pace=Pace.LONG)
def compare(payload: Mapping[str, Any]) -> None:
    """Compare a directory. A second run starts over."""
    if run := db.session.get(ProvisioningRun, UUID(payload["run_id"])):
        make_plan(run)


@handler(FOLLOW, pace=Pace.LONG)
def follow(payload: Mapping[str, Any]) -> None:
    """Follow some of a plan and enqueue the rest, so that other jobs run in between."""
    run_id = UUID(payload["run_id"])
    if db.session.get(ProvisioningRun, run_id) is None:
        return
    if not follow_for(run_id, SLICE_SECONDS):
        with unit_of_work() as work:
            enqueue(work, FOLLOW, payload)


def compare_all() -> None:
    """Begin a comparison of each directory that is kept in step and was not compared this hour."""
    on = select(Provider).where(
        Provider.kind == ProviderKind.LDAP, Provider.state == ProviderState.ON
    )
    for provider in db.session.scalars(on).all():
        if not provider.settings.get("is_synced"):
            continue
        with unit_of_work() as work:
            work.lock(provider)
            before = queries.latest_run(provider.id)
            is_fresh = before is not None and before.began_at > clock.now() - EVERY
            if not is_fresh and not queries.is_busy(provider, STALE_AFTER):
                begin_run(work, provider, None)


def forget_old() -> None:
    """Delete lines after a week, since they hold names; comparisons after a year."""
    now = clock.now()
    with unit_of_work():
        old = select(ProvisioningRun.id).where(ProvisioningRun.began_at < now - LINES_KEPT_FOR)
        execute(delete(ProvisioningLine).where(ProvisioningLine.run_id.in_(old)))
        execute(delete(ProvisioningRun).where(ProvisioningRun.began_at < now - KEPT_FOR))
