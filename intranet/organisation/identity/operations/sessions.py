"""The provider's sessions behind sign-ins: kept at the beginning, ended from there, looked up."""

import logging
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts.models import SignIn
from intranet.organisation.accounts.operations.signing_in import end_sign_ins
from intranet.organisation.identity import queries
from intranet.organisation.identity.models import ExternalIdentity, Provider, ProviderSession
from intranet.platform.core.unit_of_work import unit_of_work

log = logging.getLogger("intranet.security")


def keep_session(sign_in_id: UUID, identity_id: UUID, session: str) -> None:
    """Within an operation: keep the provider's session behind a sign-in."""
    with unit_of_work() as work:
        work.flush()
        work.add(
            ProviderSession(sign_in_id=sign_in_id, identity_id=identity_id, session=session[:255])
        )


def session_behind(sign_in_id: UUID) -> tuple[Provider, str] | None:
    """Return the provider behind a sign-in, and its session."""
    row = db.session.get(ProviderSession, sign_in_id)
    if row is None:
        return None
    identity = db.session.get_one(ExternalIdentity, row.identity_id)
    return identity.provider, row.session


def end_behind(provider: Provider, *, subject: str | None, session: str | None) -> int:
    """End the sign-ins behind a provider's session, or behind all sessions of a subject.

    Returns:
        How many ended.
    """
    if not (subject or session):
        return 0
    return end_each(provider, queries.sessions_of(provider.id, subject=subject, session=session))


def end_each(provider: Provider, sessions: Iterable[ProviderSession]) -> int:
    """End the sign-ins behind these sessions of a provider; return how many ended."""
    ids = [row.sign_in_id for row in sessions]
    with unit_of_work() as work:
        owners = db.session.execute(
            select(SignIn.id, SignIn.account_id).where(SignIn.id.in_(ids))
        ).all()
        ended = sum(end_sign_ins(work, row.account_id, only=row.id) for row in owners)
    log.info("signed out by provider=%s sign_ins=%s", provider.id, ended)
    return ended
