"""Do what the comparison with a directory has planned: in batches, each exactly once."""

import logging
import time
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.access import require_administrator
from intranet.organisation.identity import queries
from intranet.organisation.identity.models import (
    Provider,
    ProviderState,
    ProvisioningEffect,
    ProvisioningLine,
    ProvisioningRun,
    RunState,
)
from intranet.organisation.identity.operations.providers import require_trusted
from intranet.organisation.identity.operations.provisioning import end, provision_all
from intranet.organisation.identity.provisioned_people import (
    NotProvisioned,
    ProvidedPerson,
)
from intranet.organisation.people.models import Person
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Invalid, Unavailable
from intranet.platform.core.i18n import _l
from intranet.platform.core.outbox import enqueue
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.unit_of_work import Work, unit_of_work

log = logging.getLogger(__name__)

FOLLOW = "identity.follow"
BATCH_SIZE = 40
PAUSE_SHARE = 0.5
TO_DO = (
    ProvisioningEffect.END,
    ProvisioningEffect.CREATE,
    ProvisioningEffect.TIE,
    ProvisioningEffect.REOPEN,
    ProvisioningEffect.CHANGE,
)


def agree(actor: Person, run: ProvisioningRun, *, is_meant: bool = False) -> None:
    """Have a plan followed in the background.

    Args:
        is_meant: whether the actor has confirmed the ends of a plan that stopped for them.

    Raises:
        Forbidden: the actor does not administer the agency, or alone trusts what is set.
        Conflict: it is not the newest plan, or the directory's settings were changed since.
        Invalid: it ends many people, and the actor did not confirm that.
    """
    with unit_of_work() as work:
        work.lock(run)
        provider = run.provider
        require_administrator(actor, provider.agency_id)
        require_confirmed(actor)
        require_trusted(actor, provider)
        if run.state not in {RunState.PLANNED, RunState.STOPPED}:
            raise Conflict(_l("There is nothing to apply in this comparison."))
        newest = queries.latest_run(provider.id)
        if newest is None or newest.id != run.id or run.provider_version != provider.version:
            raise Conflict(_l("This comparison is out of date. Compare again."))
        if run.state == RunState.STOPPED and not is_meant:
            raise Invalid({"is_meant": _l("Confirm first that all these people have left.")})
        run.agreed_by_id = actor.id
        _start(work, run)
        record(
            "directory.agree",
            agency_id=provider.agency_id,
            actor_id=actor.id,
            subject=("agency", provider.agency_id),
            detail={"count": count_to_do(run.counts), "leavers": run.counts.get("end", 0)},
        )


def begin_following(work: Work, run: ProvisioningRun) -> None:
    """Within an operation: have a plan of the clock followed, if somebody agreed to one before.

    With other settings than then it waits, because it may mean other people. So it does if nobody
    signs in by it any more.
    """
    before, provider = queries.latest_agreed(run.provider_id), run.provider
    is_same = before is not None and before.provider_version == provider.version
    if before is None or not is_same or provider.state != ProviderState.ON:
        run.reason = "first"
        return
    run.agreed_by_id = before.agreed_by_id
    _start(work, run)


def follow_for(run_id: UUID, seconds: float) -> bool:
    """Do what is planned until nothing is left or the given time is over.

    Returns:
        whether nothing is left.

    Raises:
        Unavailable: the database does not answer. What was done stays done.
    """
    began, size = time.monotonic(), BATCH_SIZE
    while time.monotonic() - began < seconds:
        batch_began = time.monotonic()
        try:
            done = _follow_some(run_id, size)
        except Unavailable:
            raise
        except Exception:
            # Unexpected: halve the batch until the failing line is alone, then leave it out.
            log.exception("directory %s: a batch of %s", run_id, size)
            db.session.rollback()
            if size == 1:
                _leave_out(run_id)
            size = max(size // 2, 1)
            continue
        db.session.remove()
        if not done:
            return True
        size = min(size * 2, BATCH_SIZE)
        time.sleep((time.monotonic() - batch_began) * PAUSE_SHARE)
    return False


def _start(work: Work, run: ProvisioningRun) -> None:
    run.state, run.moved_at = RunState.APPLYING, clock.now()
    enqueue(work, FOLLOW, {"run_id": str(run.id)})


def _follow_some(run_id: UUID, size: int) -> int:
    """Follow the next lines in one transaction; return how many, 0 if none are left."""
    with unit_of_work() as work:
        run = work.locked(ProvisioningRun, run_id)
        if run.state != RunState.APPLYING or run.agreed_by_id is None:
            return 0
        lines = _next(run_id, size)
        if not lines:
            _finish(run)
            return 0
        ends = [line for line in lines if line.effect == ProvisioningEffect.END]
        others = [line for line in lines if line.effect != ProvisioningEffect.END]
        for line in ends:
            _end(run.provider, line)
        if others:
            records = [ProvidedPerson.of(line.wanted) for line in others]
            outcomes = provision_all(work, run.provider, records, by_id=run.agreed_by_id)
            for line, outcome in zip(others, outcomes, strict=True):
                if isinstance(outcome, NotProvisioned):
                    line.reason = outcome.reason
                else:
                    line.reason = outcome.note
        for line in lines:
            line.done_at = clock.now()
        run.counts = {**run.counts, "done": run.counts.get("done", 0) + len(lines)}
        run.moved_at = clock.now()
    return len(lines)


def _end(provider: Provider, line: ProvisioningLine) -> None:
    try:
        end(provider, str(line.wanted["subject"]))
    except NotProvisioned as problem:
        line.reason = problem.reason


def _leave_out(run_id: UUID) -> None:
    with unit_of_work() as work:
        work.locked(ProvisioningRun, run_id)
        for line in _next(run_id, 1):
            line.reason, line.done_at = "failed", clock.now()


def _next(run_id: UUID, size: int) -> Sequence[ProvisioningLine]:
    return db.session.scalars(
        select(ProvisioningLine)
        .where(
            ProvisioningLine.run_id == run_id,
            ProvisioningLine.done_at.is_(None),
            ProvisioningLine.effect.in_(TO_DO),
        )
        .order_by(ProvisioningLine.place, ProvisioningLine.number)
        .limit(size)
    ).all()


def _finish(run: ProvisioningRun) -> None:
    run.state, run.ended_at = RunState.APPLIED, clock.now()
    joiners = run.counts.get(ProvisioningEffect.CREATE, 0)
    leavers = run.counts.get(ProvisioningEffect.END, 0)
    changes = count_to_do(run.counts) - joiners - leavers
    record(
        "directory.follow",
        agency_id=run.provider.agency_id,
        actor_id=None,
        subject=("agency", run.provider.agency_id),
        detail={"joiners": joiners, "changes": changes, "leavers": leavers},
    )


def count_to_do(counts: dict[str, int]) -> int:
    """Return how many lines of a plan change something."""
    return sum(counts.get(effect.value, 0) for effect in TO_DO)
