"""Compare a directory with the accounts that it keeps: a plan, which nothing is done by yet.

What is kept is compared by digests, so that only what differs is looked at. A plan that would end
many people stops and asks; one whose answer is empty or was cut is no plan at all.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from intranet.extensions import db
from intranet.organisation.accounts.events import AccountConcerned
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.access import require_administrator
from intranet.organisation.identity import leavers, queries
from intranet.organisation.identity.ldap.client import READ_SECONDS, connected
from intranet.organisation.identity.ldap.following import begin_following, count_to_do
from intranet.organisation.identity.ldap.names import plain_dn
from intranet.organisation.identity.ldap.networks import LdapError, LdapFault
from intranet.organisation.identity.ldap.settings import LdapSettings
from intranet.organisation.identity.models import (
    ExternalIdentity,
    Provider,
    ProvisionedAccount,
    ProvisioningEffect,
    ProvisioningLine,
    ProvisioningRun,
    RunState,
)
from intranet.organisation.identity.provisioned_people import (
    KnownPeople,
    NotProvisioned,
    ProvidedPerson,
    as_values,
)
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import administrator_ids
from intranet.platform.core import clock
from intranet.platform.core.batches import batches
from intranet.platform.core.database import execute, store_rows
from intranet.platform.core.errors import Conflict
from intranet.platform.core.i18n import _l
from intranet.platform.core.outbox import enqueue
from intranet.platform.core.unit_of_work import Work, unit_of_work

COMPARE = "identity.compare"
BATCH_SIZE = 500
STALE_AFTER = timedelta(seconds=READ_SECONDS)
PLACES = {effect: place for place, effect in enumerate(ProvisioningEffect)}


@dataclass
class _Answer:
    """The answer of a directory, without what is the same as before."""

    differing: list[ProvidedPerson] = field(default_factory=list)
    subjects: set[str] = field(default_factory=set)
    doubled: set[str] = field(default_factory=set)
    read: int = 0
    same: int = 0


def compare(actor: Person, provider: Provider) -> ProvisioningRun:
    """Begin a comparison in the background.

    Raises:
        Forbidden: the actor does not administer the agency.
        Conflict: one is under way, or nothing is entered about the directory yet.
    """
    with unit_of_work() as work:
        work.lock(provider)
        require_administrator(actor, provider.agency_id)
        if not provider.settings:
            raise Conflict(_l("Enter where your directory is first."))
        if queries.is_busy(provider, STALE_AFTER):
            raise Conflict(_l("The directory is being compared right now."))
        return begin_run(work, provider, actor.id)


def begin_run(work: Work, provider: Provider, by_id: UUID | None) -> ProvisioningRun:
    """Within an operation: note a comparison, and enqueue it."""
    run = ProvisioningRun(
        provider_id=provider.id,
        provider=provider,
        provider_version=provider.version,
        began_by_id=by_id,
    )
    work.add(run)
    enqueue(work, COMPARE, {"run_id": str(run.id)})
    return run


def make_plan(run: ProvisioningRun) -> None:
    """Read the directory and note what differs. A second attempt starts over.

    A plan that the clock asked for is followed at once, if nothing about it needs a word.
    """
    if run.state != RunState.PLANNING:
        return
    run_id, provider_id = run.id, run.provider_id
    _clear(run_id)
    kept = _kept(provider_id)
    try:
        answer = _ask(LdapSettings.of(run.provider), kept)
    except LdapError as error:
        _settle(run_id, RunState.FAILED, error.fault.value, {})
        return
    counts = {"read": answer.read, "same": answer.same}
    if answer.read == 0:
        _settle(run_id, RunState.FAILED, "empty", counts)
        return
    living = {subject: account_id for subject, (account_id, _, ended) in kept.items() if not ended}
    gone = {subject: living[subject] for subject in living if subject not in answer.subjects}
    number = 0
    for lines in (*_ends(gone), *_differences(provider_id, answer)):
        for line in lines:
            number += 1
            effect = ProvisioningEffect(line["effect"])
            line |= {"run_id": run_id, "number": number, "place": PLACES[effect]}
            counts[effect.value] = counts.get(effect.value, 0) + 1
        with unit_of_work():
            store_rows(ProvisioningLine, lines)
        db.session.remove()
    if leavers.are_many(len(gone), len(living)):
        _settle(run_id, RunState.STOPPED, "many_ends", counts)
    else:
        _settle(run_id, RunState.PLANNED, "", counts)


def _ask(settings: LdapSettings, kept: dict[str, tuple[UUID, str, bool]]) -> _Answer:
    """Read everybody in the directory; keep in memory only what differs."""
    answer = _Answer()
    emails: dict[str, str] = {}
    numbers: dict[str, str] = {}
    with connected(settings.server, seconds=READ_SECONDS) as link:
        members: set[str] | None = None
        if settings.group and settings.follows:
            members = link.members(settings.group_base, settings.group, settings.member)
        attributes = tuple(settings.attributes.values())
        for entry in link.pages(settings.base, settings.everybody, attributes):
            if members is not None and plain_dn(entry.dn) not in members:
                continue
            if not entry.subject:
                raise LdapError(LdapFault.NO_ID)  # all would be taken for gone
            answer.read += 1
            record = settings.provided(entry)
            subject = record.subject
            answer.subjects.add(subject)
            for value, known in ((record.email, emails), (record.staff_number, numbers)):
                if value and known.setdefault(value, subject) != subject:
                    answer.doubled |= {subject, known[value]}
            _account_id, digest, ended = kept.get(subject, (None, "", False))
            if digest == record.digest and not ended:
                answer.same += 1
            else:
                answer.differing.append(record)
    return answer


def _ends(gone: dict[str, UUID]) -> Iterator[list[dict[str, Any]]]:
    for some in batches(list(gone), BATCH_SIZE):
        names = dict(
            db.session.execute(
                select(Account.id, Person.name)
                .join(Person, Person.id == Account.person_id)
                .where(Account.id.in_([gone[subject] for subject in some]))
            ).all()
        )
        yield [
            {
                "effect": ProvisioningEffect.END,
                "title": names.get(gone[subject], ""),
                "facts": [],
                "wanted": {"subject": subject},
                "reason": "",
            }
            for subject in some
        ]


def _differences(provider_id: UUID, answer: _Answer) -> Iterator[list[dict[str, Any]]]:
    for some in batches(answer.differing, BATCH_SIZE):
        known = KnownPeople(db.session.get_one(Provider, provider_id))
        known.read(some)
        lines = [_line(known, answer, record) for record in some]
        answer.same += sum(line is None for line in lines)
        yield [line for line in lines if line]


def _line(known: KnownPeople, answer: _Answer, record: ProvidedPerson) -> dict[str, Any] | None:
    try:
        planned = known.plan(record, is_doubled=record.subject in answer.doubled)
    except NotProvisioned as problem:
        effect, facts, reason = ProvisioningEffect.PROBLEM, [], problem.reason
    else:
        effect, reason = planned.effect, planned.note
        facts = [list(fact) for fact in planned.facts]
        if effect == ProvisioningEffect.NONE:
            if not reason:
                return None
            effect = ProvisioningEffect.PROBLEM
    return {
        "effect": effect,
        "title": (record.name or record.email or record.staff_number)[:200],
        "facts": facts,
        "wanted": as_values(record),
        "reason": reason,
    }


def _kept(provider_id: UUID) -> dict[str, tuple[UUID, str, bool]]:
    """Return account, digest and whether it was ended, of what the provider keeps, by subject."""
    rows = db.session.execute(
        select(
            ExternalIdentity.subject,
            ExternalIdentity.account_id,
            ProvisionedAccount.digest,
            ProvisionedAccount.ended_at,
        )
        .join(ProvisionedAccount, ProvisionedAccount.identity_id == ExternalIdentity.id)
        .where(ExternalIdentity.provider_id == provider_id)
    )
    return {row[0]: (row[1], row[2], row[3] is not None) for row in rows}


def _clear(run_id: UUID) -> None:
    with unit_of_work():
        execute(delete(ProvisioningLine).where(ProvisioningLine.run_id == run_id))


def _settle(run_id: UUID, state: RunState, reason: str, counts: dict[str, int]) -> None:
    with unit_of_work() as work:
        run = work.locked(ProvisioningRun, run_id)
        run.state, run.reason, run.counts = state, reason, counts
        run.moved_at = clock.now()
        if state == RunState.FAILED:
            run.ended_at = clock.now()
        elif not count_to_do(counts):
            run.state, run.ended_at = RunState.APPLIED, clock.now()
        elif run.began_by_id is None and state == RunState.PLANNED:
            begin_following(work, run)
        if run.began_by_id is None and state in {RunState.FAILED, RunState.STOPPED}:
            _tell_once(work, run)


def _tell_once(work: Work, run: ProvisioningRun) -> None:
    """Tell the agency's administrators that the clock's comparison stopped, not each hour again."""
    before = [each for each in queries.runs_of(run.provider_id, 2) if each.id != run.id]
    if before and before[0].began_by_id is None and before[0].reason == run.reason:
        return
    path = f"/admin/{run.provider.agency.code}/sign-in/ldap/people"
    for person_id in administrator_ids(run.provider.agency_id):
        work.publish(AccountConcerned(person_id, "account_directory", path))
