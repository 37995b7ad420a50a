"""Do for people what their agency's directory or personnel system says of them.

It touches only accounts that it made or tied by the rule of e-mails (`provisioned_people`). The
caller is a comparison with a directory or a program with a token of its own, and has required the
right. Nothing is sent to new people: they sign in by the provider, or are invited.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.accounts.operations.accounts import close_account, reopen_account
from intranet.organisation.accounts.operations.last_administrators import (
    agencies_of_last,
    require_successors,
)
from intranet.organisation.accounts.operations.sign_in_names import follow_provider
from intranet.organisation.accounts.operations.storing import AccountRow, store_accounts
from intranet.organisation.agencies.locks import lock_organisation
from intranet.organisation.agencies.models import Post
from intranet.organisation.identity.models import (
    ExternalIdentity,
    Provider,
    ProvisionedAccount,
    ProvisioningEffect,
)
from intranet.organisation.identity.provisioned_people import (
    KeptIdentity,
    KnownPeople,
    NotProvisioned,
    Planned,
    ProvidedPerson,
)
from intranet.organisation.people.events import AppointmentsChanged
from intranet.organisation.people.models import Appointment, AppointmentKind, Person
from intranet.organisation.people.operations.appointments import (
    AppointmentSpec,
    check_new,
    end_now,
)
from intranet.organisation.people.operations.storing import (
    AppointmentRow,
    PersonRow,
    change_people,
    store_appointments,
    store_people,
)
from intranet.platform.audit.operations import AuditAct, record_many
from intranet.platform.core import clock
from intranet.platform.core.database import rows_of
from intranet.platform.core.errors import Conflict, Invalid
from intranet.platform.core.ids import uuid7
from intranet.platform.core.unit_of_work import Work, unit_of_work

Outcome = Planned | NotProvisioned


def provision(provider: Provider, record: ProvidedPerson, *, by_id: UUID) -> Account:
    """Make one person's account as the provider says; create or reopen it if need be.

    Args:
        by_id: the administrator who lets the provider do this.

    Raises:
        NotProvisioned: the record cannot be followed; nothing was changed.
    """
    with unit_of_work() as work:
        [outcome] = provision_all(work, provider, [record], by_id=by_id)
        if isinstance(outcome, NotProvisioned):
            raise outcome
    if outcome.account is None:
        raise LookupError(record.subject)
    return outcome.account


def provision_all(
    work: Work, provider: Provider, records: Sequence[ProvidedPerson], *, by_id: UUID
) -> list[Outcome]:
    """Within an operation: make the accounts of some people as the provider says.

    A record that is followed already changes nothing, so that this can be repeated.

    Returns:
        for each record what was done, or why nothing was.
    """
    lock_organisation(work, provider.agency)
    known = KnownPeople(provider)
    known.read(records)
    outcomes: list[Outcome] = []
    for record in records:
        try:
            outcomes.append(known.plan(record))
        except NotProvisioned as problem:
            outcomes.append(problem)
    planned = [outcome for outcome in outcomes if isinstance(outcome, Planned)]
    _create([each for each in planned if each.effect == ProvisioningEffect.CREATE], provider)
    _tie(work, [each for each in planned if each.kept is None], provider)
    for each in planned:
        _follow(work, each, known, by_id)
    _record(provider, planned)
    return outcomes


def end(provider: Provider, subject: str) -> bool:
    """End the appointments in the agency of somebody whom the provider kept, and their account.

    The account stays open while they hold a post in another agency. One that was closed by hand is
    kept no more: the provider does not reopen it.

    Returns:
        whether something was ended; False if the provider does not keep them, or not any more.

    Raises:
        NotProvisioned: nobody else administers the agency.
        Conflict: nobody else administers it any more, as this transaction ends.
    """
    with unit_of_work() as work:
        lock_organisation(work, provider.agency)
        known = KnownPeople(provider)
        nobody = ProvidedPerson(subject=subject, name="")
        known.read([nobody])
        found = known.kept(subject)
        if found is None or found.kept is None or found.kept.ended_at:
            return False
        account = found.account
        work.lock(account)
        held = known.held_by(account.person_id)
        here = [row for row in held if row.post.agency_id == provider.agency_id]
        left = agencies_of_last(account.person_id)
        if left and (len(here) == len(held) or provider.agency_id in left):
            raise NotProvisioned("last_administrator")
        require_successors(work, account.person_id)
        _end_appointments(work, here)
        _record(provider, [Planned(nobody, ProvisioningEffect.END, account)])
        if account.state == AccountState.DISABLED:  # by hand, so that it stays closed
            work.delete(found.kept)
            return bool(here)
        if len(here) == len(held):
            close_account(work, account)
        found.kept.ended_at = found.kept.changed_at = clock.now()
        found.kept.digest, found.kept.appointment_id = "", None
    return True


def _create(planned: Sequence[Planned], provider: Provider) -> None:
    """Create people with their accounts."""
    if not planned:
        return
    people = [uuid7() for _ in planned]
    accounts = [uuid7() for _ in planned]
    store_people(
        [
            PersonRow(id=each, name=new.record.name, profile={"phone": new.record.phone})
            for each, new in zip(people, planned, strict=True)
        ]
    )
    store_accounts(
        [
            AccountRow(
                id=account_id,
                person_id=person_id,
                home_agency_id=provider.agency_id,
                email=new.record.email or None,
                staff_number=new.record.staff_number or None,
            )
            for account_id, person_id, new in zip(accounts, people, planned, strict=True)
        ]
    )
    for account, new in zip(rows_of(Account, accounts), planned, strict=True):
        new.account = account


def _tie(work: Work, planned: Sequence[Planned], provider: Provider) -> None:
    """Tie accounts to the subjects by which the provider knows them, with one statement."""
    for each in planned:
        if each.account is None:
            raise LookupError(each.record.subject)
        row = ExternalIdentity(
            provider_id=provider.id,
            provider=provider,
            account_id=each.account.id,
            account=each.account,
            subject=each.record.subject,
        )
        work.add(row)
        each.kept = KeptIdentity(row, None)
    work.flush()


def _follow(work: Work, planned: Planned, known: KnownPeople, by_id: UUID) -> None:
    """Reopen, change and appoint, as planned."""
    account, record, effect, kept = planned.account, planned.record, planned.effect, planned.kept
    if account is None or kept is None:
        raise LookupError(record.subject)
    row = kept.kept or ProvisionedAccount(identity_id=kept.identity.id)
    if kept.kept is None:
        work.add(row)
    if effect in {ProvisioningEffect.TIE, ProvisioningEffect.REOPEN, ProvisioningEffect.CHANGE}:
        work.lock(account)
        if effect == ProvisioningEffect.REOPEN:
            row.ended_at = None
            if account.state == AccountState.DISABLED:  # with a post elsewhere it stayed open
                reopen_account(work, account, None)
        _correct(work, planned, account, by_id)
    if planned.posts:
        row.appointment_id = _appoint(work, planned, account.person, known, row.appointment_id)
    row.digest = "" if planned.note else record.digest
    if effect != ProvisioningEffect.NONE:
        row.changed_at = clock.now()


def _correct(work: Work, planned: Planned, account: Account, by_id: UUID) -> None:
    new = {name: value for name, _, value in planned.facts}
    columns: dict[str, Any] = {name: new[name] for name in ("name", "phone") if name in new}
    if columns:
        change_people({account.person_id: columns})
    follow_provider(
        work,
        account,
        email=new.get("email", ""),
        staff_number=new.get("staff_number", ""),
        by_id=by_id,
    )


def _appoint(
    work: Work, planned: Planned, person: Person, known: KnownPeople, made_id: UUID | None
) -> UUID | None:
    """Appoint to the post of a record, in place of the appointment that was made before."""
    agency = planned.posts[0].unit.agency
    today = clock.today(agency.time_zone)
    post = next((post for post in planned.posts if _has_room(post, person, today)), None)
    if post is None:
        planned.note = "places_taken"
        planned.facts = [fact for fact in planned.facts if fact[0] != "post"]
        return made_id
    _end_appointments(work, [row for row in known.held_by(person.id) if row.id == made_id])
    row = AppointmentRow(
        id=uuid7(),
        time_zone=agency.time_zone,
        post_id=post.id,
        person_id=person.id,
        kind=AppointmentKind.HOLDER,
        starts_on=today,
        ends_on=None,
    )
    store_appointments([row])
    return row.id


def _has_room(post: Post, person: Person, today: date) -> bool:
    try:
        check_new(AppointmentSpec(post=post, person=person, starts_on=today), post.unit.agency)
    except (Invalid, Conflict):
        return False
    return True


def _end_appointments(work: Work, rows: Sequence[Appointment]) -> None:
    for row in rows:
        end_now(row)
        row.version += 1
    if rows:
        work.flush()
        work.publish(AppointmentsChanged.of(rows))


def _record(provider: Provider, planned: Sequence[Planned]) -> None:
    acts = [
        AuditAct(
            act=f"provisioning.{each.effect}",
            agency_id=provider.agency_id,
            subject=("account", each.account.id),
            detail={"way": provider.kind.value},
        )
        for each in planned
        if each.account and each.effect != ProvisioningEffect.NONE
    ]
    if acts:
        record_many(None, acts)
