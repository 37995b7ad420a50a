"""Queries for providers, proven domains and identities."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
)

from intranet.extensions import db
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.accounts.queries import administers
from intranet.organisation.agencies.models import Agency
from intranet.organisation.identity.models import (
    EmailDomain,
    ExternalIdentity,
    Provider,
    ProviderKind,
    ProviderSession,
    ProviderState,
    ProvisioningEffect,
    ProvisioningLine,
    ProvisioningRun,
    RunState,
)
from intranet.organisation.people.models import Person
from intranet.platform.audit.queries import AuditFilter, all_lines
from intranet.platform.core import clock


@dataclass(frozen=True)
class WaysReach:
    """How many accounts of an agency have an address of a proven domain, how many not."""

    covered: int
    others: int
    with_password: int


def providers_of(agency_id: UUID) -> Sequence[Provider]:
    """Return the providers of an agency in every state, in the order of their kinds."""
    found = db.session.scalars(select(Provider).where(Provider.agency_id == agency_id))
    return sorted(found, key=lambda provider: list(ProviderKind).index(provider.kind))


def provider_of(agency_id: UUID, kind: ProviderKind) -> Provider | None:
    """Return the provider of an agency and a kind, in any state."""
    return db.session.scalar(
        select(Provider).where(Provider.agency_id == agency_id, Provider.kind == kind)
    )


def domains_of(agency_id: UUID) -> Sequence[EmailDomain]:
    """Return the domains that an agency says are its own, by name."""
    here = select(EmailDomain).where(EmailDomain.agency_id == agency_id)
    return db.session.scalars(here.order_by(EmailDomain.domain)).all()


def has_proven(agency_id: UUID, email: str) -> bool:
    """Return whether an agency has proven the domain of an address to be its own."""
    return db.session.scalar(_proven(email).where(EmailDomain.agency_id == agency_id)) is not None


def providers_on(email: str) -> Sequence[Provider]:
    """Return the providers that are switched on for the domain of an address."""
    owners = _proven(email).with_only_columns(EmailDomain.agency_id)
    on = select(Provider).where(Provider.agency_id.in_(owners), signs_in())
    return db.session.scalars(on.order_by(Provider.created_at)).all()


def identity_of(provider_id: UUID, subject: str) -> ExternalIdentity | None:
    """Return the identity by which a provider names somebody, if it is tied to an account."""
    return db.session.scalar(
        select(ExternalIdentity).where(
            ExternalIdentity.provider_id == provider_id, ExternalIdentity.subject == subject
        )
    )


def tied_to(provider_id: UUID, account_id: UUID) -> ExternalIdentity | None:
    """Return the identity of a provider that is tied to an account."""
    return db.session.scalar(
        select(ExternalIdentity).where(
            ExternalIdentity.provider_id == provider_id, ExternalIdentity.account_id == account_id
        )
    )


def identities_of(account: Account) -> Sequence[ExternalIdentity]:
    """Return the identities by which somebody signs in to an account."""
    theirs = select(ExternalIdentity).where(ExternalIdentity.account_id == account.id)
    ways = select(Provider.id).where(Provider.kind != ProviderKind.SCIM)
    return db.session.scalars(theirs.where(ExternalIdentity.provider_id.in_(ways))).all()


def has_entered(account: Account) -> bool:
    """Return whether somebody has ever signed in to an account by a provider.

    What is tied no longer is known from the log, of which nothing is ever removed.
    """
    used = select(ExternalIdentity.id).where(
        ExternalIdentity.account_id == account.id, ExternalIdentity.last_used_at.is_not(None)
    )
    if db.session.scalar(used.limit(1)):
        return True
    untied = AuditFilter(act="account.untie", subject_ids=[account.id])
    return any(line.detail.get("used") for line in all_lines(account.home_agency_id, untied))


def latest_run(provider_id: UUID) -> ProvisioningRun | None:
    """Return the newest comparison of a directory."""
    return db.session.scalar(_runs(provider_id).limit(1))


def latest_agreed(provider_id: UUID) -> ProvisioningRun | None:
    """Return the newest comparison that was applied on somebody's word, or went on from one."""
    agreed = _runs(provider_id).where(ProvisioningRun.agreed_by_id.is_not(None))
    return db.session.scalar(agreed.limit(1))


def runs_of(provider_id: UUID, limit: int) -> Sequence[ProvisioningRun]:
    """Return the latest comparisons of a directory, newest first."""
    return db.session.scalars(_runs(provider_id).limit(limit)).all()


def lines_of(
    run_id: UUID, effect: ProvisioningEffect | None, after: tuple[int, int] | None, limit: int
) -> Sequence[ProvisioningLine]:
    """Return lines of a comparison in their order, after a place and number."""
    lines = select(ProvisioningLine).where(ProvisioningLine.run_id == run_id)
    if effect:
        lines = lines.where(ProvisioningLine.effect == effect)
    place = (ProvisioningLine.place, ProvisioningLine.number)
    if after:
        lines = lines.where(tuple_(*place) > tuple_(*map(literal, after)))
    return db.session.scalars(lines.order_by(*place).limit(limit)).all()


def names_of(person_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return the names of people, by id."""
    wanted = {person_id for person_id in person_ids if person_id}
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def is_busy(provider: Provider, stale_after: timedelta) -> bool:
    """Return whether a comparison of a directory is being made or followed."""
    run = latest_run(provider.id)
    at_work = run is not None and run.state in {RunState.PLANNING, RunState.APPLYING}
    return at_work and run is not None and run.moved_at > clock.now() - stale_after


def signs_in() -> ColumnElement[bool]:
    """Return the condition on `Provider` that people sign in by it now."""
    return and_(Provider.state == ProviderState.ON, Provider.kind != ProviderKind.SCIM)


def providers_in_use(agency_id: UUID) -> Sequence[Provider]:
    """Return the providers by which people of an agency sign in now."""
    return [
        provider
        for provider in providers_of(agency_id)
        if provider.state == ProviderState.ON and provider.kind != ProviderKind.SCIM
    ]


def is_any_in_use() -> bool:
    """Return whether people of any agency sign in by leaving for a provider."""
    left_for = and_(signs_in(), Provider.kind != ProviderKind.LDAP)
    return db.session.scalar(select(Provider.id).where(left_for).limit(1)) is not None


def must_use_provider() -> ColumnElement[bool]:
    """Return the condition on `Account` that its password is not enough, because of a provider.

    Its agency has a provider that is the only way, for the addresses of a domain that it has
    proven. Administrators keep their password, for the day on which the provider does not answer.
    """
    only = (
        select(literal(1))
        .select_from(EmailDomain)
        .join(Provider, Provider.agency_id == EmailDomain.agency_id)
        .where(
            EmailDomain.agency_id == Account.home_agency_id,
            EmailDomain.proven_at.is_not(None),
            Account.email.like(literal("%@") + EmailDomain.domain),
            Provider.is_only_way,
            signs_in(),
        )
        .limit(1)
        .correlate(Account)
        .scalar_subquery()
    )
    return and_(only.is_not(None), ~administers())


def agency_with_only_way(name: str) -> Agency | None:
    """Return the agency whose people have to sign in by a provider, from a typed sign-in name.

    Only the domain or the agency's short name counts: the answer tells nothing of accounts.
    """
    owner = _proven(name).with_only_columns(EmailDomain.agency_id)
    only = select(Provider.agency_id).where(Provider.is_only_way, signs_in())
    called = or_(Agency.id.in_(owner), Agency.handle == domain_of(name))
    return db.session.scalar(select(Agency).where(called, Agency.id.in_(only)).limit(1))


def keeps_password() -> ColumnElement[bool]:
    """Return the condition on `Account` that the directory of its agency knows its password."""
    tied = (
        select(literal(1))
        .select_from(ExternalIdentity)
        .join(Provider, Provider.id == ExternalIdentity.provider_id)
        .where(
            ExternalIdentity.account_id == Account.id,
            Provider.kind == ProviderKind.LDAP,
            signs_in(),
        )
        .limit(1)
        .correlate(Account)
        .scalar_subquery()
    )
    return tied.is_not(None)


def reach_of(agency_id: UUID) -> WaysReach:
    """Return how many open accounts of an agency sign in how."""
    proven = select(EmailDomain.domain).where(
        EmailDomain.agency_id == agency_id, EmailDomain.proven_at.is_not(None)
    )
    domains = db.session.scalars(proven).all()
    fits = or_(false(), *(Account.email.like(f"%@{domain}") for domain in domains))
    counted = select(
        func.count(case((fits, Account.id))),
        func.count(Account.id),
        func.count(Account.password_hash),
    ).where(Account.home_agency_id == agency_id, Account.state != AccountState.DISABLED)
    covered, everybody, with_password = db.session.execute(counted).one()
    return WaysReach(covered, everybody - covered, with_password)


def sessions_of(
    provider_id: UUID, *, subject: str | None, session: str | None
) -> Sequence[ProviderSession]:
    """Return the sign-ins behind a provider's session, or behind all sessions of a subject."""
    found = (
        select(ProviderSession)
        .join(ExternalIdentity, ExternalIdentity.id == ProviderSession.identity_id)
        .where(ExternalIdentity.provider_id == provider_id)
    )
    if subject:
        found = found.where(ExternalIdentity.subject == subject)
    if session:
        found = found.where(ProviderSession.session == session)
    return db.session.scalars(found).all()


def sessions_with(provider_id: UUID, text: str) -> Sequence[ProviderSession]:
    """Return the sign-ins behind a provider's sessions that have a text in them."""
    return db.session.scalars(
        select(ProviderSession)
        .join(ExternalIdentity, ExternalIdentity.id == ProviderSession.identity_id)
        .where(
            ExternalIdentity.provider_id == provider_id,
            ProviderSession.session.contains(text, autoescape=True),
        )
    ).all()


def domain_of(email: str) -> str:
    """Return the domain of an e-mail address, in lower case."""
    return email.rpartition("@")[2].strip().lower()


def _runs(provider_id: UUID) -> Select[ProvisioningRun]:
    theirs = select(ProvisioningRun).where(ProvisioningRun.provider_id == provider_id)
    return theirs.order_by(ProvisioningRun.began_at.desc(), ProvisioningRun.id.desc())


def _proven(email: str) -> Select[UUID]:
    return select(EmailDomain.id).where(
        EmailDomain.domain == domain_of(email), EmailDomain.proven_at.is_not(None)
    )
