"""Sign people in by the password that their agency's directory knows.

The directory finds the person and is then asked whether it takes the password. It is not stored,
not logged, and never sent for somebody whom the reader did not find.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select

from intranet.extensions import db
from intranet.organisation.accounts.operations.signing_in import checks_passwords
from intranet.organisation.accounts.random_secrets import new_secret
from intranet.organisation.agencies.models import Agency
from intranet.organisation.identity import queries
from intranet.organisation.identity.ldap.client import (
    LdapEntry,
    LdapLink,
    connected,
    is_password_of,
)
from intranet.organisation.identity.ldap.networks import LdapError
from intranet.organisation.identity.ldap.settings import LdapSettings
from intranet.organisation.identity.models import (
    ExternalIdentity,
    Provider,
    ProviderKind,
    ProviderState,
)
from intranet.organisation.identity.operations.tying import Claims, NotLetIn, identity_to_enter
from intranet.platform.core.errors import Unavailable
from intranet.platform.core.i18n import _l

MAX_AT_ONCE, WAIT_SECONDS = 8, 5
_turns = threading.BoundedSemaphore(MAX_AT_ONCE)


@checks_passwords
def account_by_directory(name: str, account_id: UUID | None, password: str) -> UUID | None:
    """Return the account of somebody whose password the directory of their agency takes.

    A name that the directory does not know takes as long as a wrong password: it is asked twice.

    Raises:
        Unavailable: the directory does not answer.
        NotLetIn: the password is right, but its person may not sign in here.
    """
    provider, subject, typed = _provider_of(name, account_id)
    if provider is None:
        return None
    claims = claims_of(provider, typed, password, subject=subject)
    return identity_to_enter(provider, claims).account_id if claims else None


def claims_of(provider: Provider, typed: str, password: str, *, subject: str = "") -> Claims | None:
    """Return what a directory says of the person whose password it takes; None if it does not.

    Args:
        typed: the name to search.
        subject: the id to search in its place.

    Raises:
        Unavailable: the directory does not answer.
        NotLetIn: the password is right, but its person is not in the group.
    """
    try:
        with _turn():
            return _claims(provider, LdapSettings.of(provider), subject, typed, password)
    except LdapError as error:
        raise Unavailable(
            _l(
                "Your agency’s directory does not answer, so your password cannot be checked. "
                "People who are signed in stay signed in. Try again in a few minutes."
            )
        ) from error


def _claims(
    provider: Provider, settings: LdapSettings, subject: str, typed: str, password: str
) -> Claims | None:
    condition = settings.with_id(subject) if subject else settings.named(typed)
    with connected(settings.server) as link:
        found = link.find(settings.base, condition, tuple(settings.attributes.values()))
        entry = found[0] if len(found) == 1 else None
        dn = entry.dn if entry else f"cn={new_secret()},{settings.base}"
        if not is_password_of(settings.server, dn, password) or entry is None:
            return None
        if not _is_in_group(link, settings, entry):
            raise NotLetIn(
                _l(
                    "Your organisation’s directory knows you, but you are not in the group of "
                    "people who use this site. Ask an administrator of your agency."
                )
            )
        record = settings.provided(entry)
        email = record.email
        if email and queries.identity_of(provider.id, entry.subject) is None:
            same = link.find(settings.base, settings.with_email(email), ())
            email = email if [one.subject for one in same] == [entry.subject] else ""
    return Claims(subject=entry.subject, email=email or None, name=record.name)


def _is_in_group(link: LdapLink, settings: LdapSettings, entry: LdapEntry) -> bool:
    if not settings.group:
        return True
    if settings.follows:
        return link.is_member(settings.group_base, entry.dn, settings.group, settings.member)
    return bool(link.find(settings.base, settings.with_subject(entry.subject), ()))


def _provider_of(name: str, account_id: UUID | None) -> tuple[Provider | None, str, str]:
    """Return the directory that knows a name, and the person's id or the name to search there."""
    if account_id:
        tied = db.session.scalar(
            select(ExternalIdentity)
            .join(Provider, Provider.id == ExternalIdentity.provider_id)
            .where(ExternalIdentity.account_id == account_id, _is_on())
        )
        if tied:
            return tied.provider, tied.subject, ""
    name = name.strip()
    for provider in queries.providers_on(name):
        if provider.kind == ProviderKind.LDAP:
            return provider, "", name
    typed, _, handle = name.rpartition("@")
    here = select(Provider).join(Agency, Agency.id == Provider.agency_id)
    found = db.session.scalar(here.where(Agency.handle == handle.lower(), _is_on()))
    return found, "", typed


def _is_on() -> ColumnElement[bool]:
    return and_(Provider.kind == ProviderKind.LDAP, Provider.state == ProviderState.ON)


@contextmanager
def _turn() -> Iterator[None]:
    """Wait for a turn, so that a directory that is slow does not take every thread."""
    if not _turns.acquire(timeout=WAIT_SECONDS):
        raise Unavailable(_l("Many people are signing in right now. Try again in a moment."))
    try:
        yield
    finally:
        _turns.release()
