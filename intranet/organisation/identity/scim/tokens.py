"""Tokens by which a program brings in and ends people: made, revoked, and looked up.

A token belongs to its agency, as the provider does: it goes on working when the administrator who
made it leaves. Two may run at a time, so that one is replaced without a gap.
"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, select, update

from intranet.extensions import db
from intranet.organisation.accounts.events import AccountConcerned
from intranet.organisation.accounts.operations.own_account import TOKEN_DAYS
from intranet.organisation.accounts.random_secrets import hash_of, new_secret
from intranet.organisation.agencies.access import require_administrator
from intranet.organisation.agencies.models import Agency
from intranet.organisation.identity import queries
from intranet.organisation.identity.models import (
    ExternalIdentity,
    Provider,
    ProviderKind,
    ProviderState,
)
from intranet.organisation.identity.operations.providers import tell_others
from intranet.organisation.identity.scim.models import ScimToken, ScimUser
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import administrator_ids
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Invalid, NotFound, Unavailable
from intranet.platform.core.i18n import _l
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.unit_of_work import unit_of_work

log = logging.getLogger("intranet.security")

PREFIX = "intranet_scim_"
MAX_TOKENS = 2
USE_WRITE_INTERVAL = timedelta(minutes=5)
WARNED_AHEAD = timedelta(days=14)
KEPT_FOR = timedelta(days=90)


def create_token(actor: Person, agency: Agency, *, days: int) -> tuple[ScimToken, str]:
    """Create a token for an agency's program; its secret is shown once, now.

    Raises:
        Forbidden: the actor does not administer the agency.
        Invalid: the lifetime is not supported.
        Conflict: two are valid already.
    """
    if days not in TOKEN_DAYS:
        raise Invalid({"days": _l("This value is not allowed here.")})
    secret = PREFIX + new_secret()
    with unit_of_work() as work:
        work.lock(agency)
        require_administrator(actor, agency.id)
        require_confirmed(actor)
        provider = queries.provider_of(agency.id, ProviderKind.SCIM)
        if provider is None:
            provider = Provider(
                agency_id=agency.id,
                agency=agency,
                kind=ProviderKind.SCIM,
                state=ProviderState.ON,
                name="SCIM",
                settings={},
                fetched={},
            )
            work.add(provider)
            work.flush()
        if len(valid_tokens(provider)) >= MAX_TOKENS:
            raise Conflict(_l("Two tokens are valid already. Revoke one first."))
        token = ScimToken(
            provider_id=provider.id,
            provider=provider,
            token_hash=hash_of(secret),
            made_by_id=actor.id,
            made_by=actor,
            expires_at=clock.now() + timedelta(days=days),
        )
        work.add(token)
        work.flush()
        _record("provider.make_token", actor, token)
        tell_others(work, actor, agency.id)
    return token, secret


def revoke_token(actor: Person, agency: Agency, token_id: UUID) -> None:
    """Revoke a token of an agency's program; its next request is refused.

    Raises:
        Forbidden: the actor does not administer the agency.
        NotFound: the agency has no such token that is valid.
    """
    with unit_of_work() as work:
        require_administrator(actor, agency.id)
        require_confirmed(actor)
        token = work.locked(ScimToken, token_id)
        if token.provider.agency_id != agency.id or token.revoked_at:
            raise NotFound
        token.revoked_at = clock.now()
        _record("provider.revoke_token", actor, token)
        tell_others(work, actor, agency.id)


def valid_tokens(provider: Provider) -> Sequence[ScimToken]:
    """Return the tokens of a provider that are valid now, the newest first."""
    theirs = select(ScimToken).where(ScimToken.provider_id == provider.id, _is_valid())
    return db.session.scalars(theirs.order_by(ScimToken.created_at.desc())).all()


def token_of(secret: str) -> ScimToken | None:
    """Return the valid token with a secret, and note its use."""
    token = db.session.scalar(
        select(ScimToken)
        .join(Provider, Provider.id == ScimToken.provider_id)
        .where(
            ScimToken.token_hash == hash_of(secret), _is_valid(), Provider.state == ProviderState.ON
        )
    )
    if token is not None:
        _write_use(token)
    return token


def warn_ahead() -> None:
    """Warn the administrators of agencies whose program's last token ends within two weeks.

    Afterwards nobody would be ended by the program any more, and nobody would notice.
    """
    now = clock.now()
    ending = select(ScimToken).where(
        _is_valid(), ScimToken.expires_at <= now + WARNED_AHEAD, ScimToken.warned_at.is_(None)
    )
    for token in db.session.scalars(ending).all():
        if any(each.expires_at > now + WARNED_AHEAD for each in valid_tokens(token.provider)):
            continue
        with unit_of_work() as work:
            work.lock(token)
            token.warned_at = now
            path = f"/admin/{token.provider.agency.code}/sign-in/scim"
            for person_id in administrator_ids(token.provider.agency_id):
                work.publish(AccountConcerned(person_id, "account_program_ends", path))


def forget_old() -> None:
    """Delete tokens that ended 90 days ago, and with the last one what the program said."""
    before = clock.now() - KEPT_FOR
    connected = select(ScimToken.provider_id)
    gone = select(Provider.id).where(
        Provider.kind == ProviderKind.SCIM, Provider.id.not_in(connected)
    )
    with unit_of_work():
        db.session.execute(
            delete(ScimToken).where(
                or_(ScimToken.revoked_at < before, ScimToken.expires_at < before)
            )
        )
        db.session.execute(delete(ScimUser).where(ScimUser.provider_id.in_(gone)))
        # The accounts stay as they are; another program would be tied to them anew.
        db.session.execute(delete(ExternalIdentity).where(ExternalIdentity.provider_id.in_(gone)))


def _write_use(token: ScimToken) -> None:
    """Update the last use, at most once in a while to save writes."""
    now = clock.now()
    if token.last_used_at and now - token.last_used_at < USE_WRITE_INTERVAL:
        return
    with suppress(Unavailable), unit_of_work():
        db.session.execute(
            update(ScimToken).where(ScimToken.id == token.id).values(last_used_at=now)
        )


def _is_valid() -> ColumnElement[bool]:
    return ScimToken.revoked_at.is_(None) & (ScimToken.expires_at > clock.now())


def _record(act: str, actor: Person, token: ScimToken) -> None:
    record(
        act,
        agency_id=token.provider.agency_id,
        actor_id=actor.id,
        subject=("provider", token.provider_id),
    )
    log.info("%s provider=%s token=%s", act, token.provider_id, token.id)
