"""Queries for providers, proven domains and identities."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select

from intranet.extensions import db
from intranet.organisation.accounts.models import Account
from intranet.organisation.identity.models import (
    EmailDomain,
    ExternalIdentity,
    Provider,
    ProviderKind,
    ProviderState,
)


def providers_of(agency_id: UUID) -> Sequence[Provider]:
    """Return the providers of an agency in every state, in the order of their kinds."""
    found = db.session.scalars(select(Provider).where(Provider.agency_id == agency_id))
    return sorted(found, key=lambda provider: list(ProviderKind).index(provider.kind))


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
    on = select(Provider).where(Provider.agency_id.in_(owners), Provider.state == ProviderState.ON)
    return db.session.scalars(on.order_by(Provider.created_at)).all()


def identity_of(provider_id: UUID, subject: str) -> ExternalIdentity | None:
    """Return the identity by which a provider names somebody, if it is tied to an account."""
    return db.session.scalar(
        select(ExternalIdentity).where(
            ExternalIdentity.provider_id == provider_id, ExternalIdentity.subject == subject
        )
    )


def identities_of(account: Account) -> Sequence[ExternalIdentity]:
    """Return the identities that are tied to an account."""
    theirs = select(ExternalIdentity).where(ExternalIdentity.account_id == account.id)
    return db.session.scalars(theirs).all()


def domain_of(email: str) -> str:
    """Return the domain of an e-mail address, in lower case."""
    return email.rpartition("@")[2].strip().lower()


def _proven(email: str) -> Select[UUID]:
    return select(EmailDomain.id).where(
        EmailDomain.domain == domain_of(email), EmailDomain.proven_at.is_not(None)
    )
