"""Credentials of open sockets: checked again with each call, many in one query."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import (
    CompoundSelect,
    Select,
    bindparam,
    not_,
    null,
    select,
    union_all,
)

from intranet.organisation.accounts import queries
from intranet.organisation.accounts.access import write_use
from intranet.organisation.accounts.models import Account, SignIn, Token
from intranet.organisation.accounts.random_secrets import hash_of
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core.database import execute_prepared, known_row
from intranet.platform.core.errors import Forbidden, SignInRequired
from intranet.platform.core.group_commit import GroupCommit, Take
from intranet.platform.core.i18n import _l
from intranet.platform.core.types import UTCDateTime, among

BATCH_SIZE = 64


@dataclass(frozen=True)
class Credential:
    """A sign-in or a program's token, by its id."""

    kind: type[SignIn | Token]
    id: UUID


@dataclass(frozen=True)
class Present:
    """The person of a connection, with their current settings and rights."""

    credential: Credential
    person: Person
    name: str
    language: str
    time_zone: str
    scopes: frozenset[str] | None
    last_used_at: datetime | None

    def may(self, scope: str) -> bool:
        """Return whether the sign-in or token has a scope: `read`, `write`, `admin`."""
        return self.scopes is None or scope in self.scopes


@dataclass(eq=False)
class _Asked:
    """A credential to look up, by its id or the hash of its secret, and the row found for it."""

    kind: type[SignIn | Token]
    key: UUID | str
    row: Any = None

    @property
    def name(self) -> str:
        """The name of the column that holds the key."""
        return "token_hash" if isinstance(self.key, str) else "id"


def present_by(credential: Credential) -> Present | None:
    """Return the person of a credential.

    None if the sign-in has ended, or if a second factor has to be set up first. Concurrent calls
    share one query.
    """
    return _present(_Asked(credential.kind, credential.id))


def present_with(kind: type[SignIn | Token], secret: str) -> Present | None:
    """Return the person of a client that arrives with this secret, as `present_by` does."""
    return _present(_Asked(kind, hash_of(secret)))


def _present(asked: _Asked) -> Present | None:
    _line.join(current_app._get_current_object(), asked)  # type: ignore[attr-defined]  # noqa: SLF001 - werkzeug's way out of the proxy
    if asked.row is not None:
        write_use(asked.kind, asked.row.id, asked.row.last_used_at)
    return _found(asked)


def _found(asked: _Asked) -> Present | None:
    row = asked.row
    if row is None:
        return None
    return Present(
        credential=Credential(asked.kind, row.id),
        person=known_row(Person, {"id": row.person_id, "name": row.name}),
        name=row.name,
        language=row.locale or row.languages[0],
        time_zone=row.time_zone or row.agency_time_zone,
        scopes=None if row.scopes is None else frozenset(row.scopes),
        last_used_at=row.last_used_at,
    )


def note_use(present: Present) -> None:
    """Update the last use of a credential, at most once in a while."""
    write_use(present.credential.kind, present.credential.id, present.last_used_at)


@dataclass(eq=False)
class SignInCheck:
    """The check of a connection's credential for one call.

    An operation may do it in its own transaction, for several callers in one query.
    """

    credential: Credential
    person_id: UUID
    scope: str | None
    """The scope that a program's token needs."""
    present: Present | None = None
    is_done: bool = False

    def now(self) -> Present:
        """Check at once unless it is done, and return the person; raises as `require` does."""
        if not self.is_done:
            self.note(present_by(self.credential))
        return self.require()

    def note(self, present: Present | None) -> None:
        """Store the result of the check."""
        self.present, self.is_done = present, True

    def require(self) -> Present:
        """Return the person, once the check is done.

        Raises:
            SignInRequired: the sign-in has ended or must not be used, or is another person's now.
            Forbidden: the token lacks the scope.
        """
        if self.present is None or self.present.person.id != self.person_id:
            raise SignInRequired
        if self.scope and not self.present.may(self.scope):
            raise Forbidden(_l("This access token does not permit this action."))
        return self.present


def check_together(checks: Collection[SignInCheck]) -> None:
    """Do these checks within the caller's transaction, in one query, unless they are done."""
    asked = {
        check: _Asked(check.credential.kind, check.credential.id)
        for check in checks
        if not check.is_done
    }
    _find(asked.values())
    for check, one in asked.items():
        check.note(_found(one))


_pending: ContextVar[SignInCheck | None] = ContextVar("pending", default=None)


@contextmanager
def left_to_operation(check: SignInCheck) -> Iterator[None]:
    """Leave a check to the operation that is called in this block."""
    token = _pending.set(check)
    try:
        yield
    finally:
        _pending.reset(token)


def pending_check(person_id: UUID) -> SignInCheck | None:
    """Return the check of this person that is left to the operation being called, if any."""
    check = _pending.get()
    return check if check and check.person_id == person_id else None


def lives(credential: Credential) -> bool:
    """Return whether a credential is still valid, without counting this as a use of it."""
    asked = {"keys": [credential.id]}
    return execute_prepared(_living(credential.kind, "id"), **asked).first() is not None


def ended_since(instant: datetime) -> list[UUID]:
    """Return the ids of sign-ins and tokens that any process ended after an instant."""
    return [*execute_prepared(_ended(), instant=instant).scalars()]


@cache
def _ended() -> CompoundSelect[UUID]:
    since = bindparam("instant", type_=UTCDateTime)
    return union_all(
        select(SignIn.id).where(SignIn.ended_at > since),
        select(Token.id).where(Token.revoked_at > since),
    )


def _look_up(take: Take[_Asked]) -> None:
    _find(take())


def _find(asked: Collection[_Asked]) -> None:
    alike: dict[tuple[type[SignIn | Token], str], list[_Asked]] = {}
    for each in asked:
        alike.setdefault((each.kind, each.name), []).append(each)
    for (kind, name), several in alike.items():
        keys = list({each.key for each in several})
        found = {
            getattr(row, name): row for row in execute_prepared(_living(kind, name), keys=keys)
        }
        for each in several:
            each.row = found.get(each.key)


_line = GroupCommit(_look_up, BATCH_SIZE)


@cache
def _living(kind: type[SignIn | Token], name: str) -> Select[Any]:
    scopes: Any = Token.scopes if kind is Token else null()
    return (
        select(
            kind.id,
            kind.token_hash,
            Person.id.label("person_id"),
            Person.name,
            Account.locale,
            Account.time_zone,
            Agency.languages,
            Agency.time_zone.label("agency_time_zone"),
            kind.last_used_at,
            scopes.label("scopes"),
        )
        .select_from(kind)
        .join(Account, Account.id == kind.account_id)
        .join(Person, Person.id == Account.person_id)
        .join(Agency, Agency.id == Account.home_agency_id)
        .where(
            among(getattr(kind, name), "keys"),
            *queries.lives(kind),
            not_(queries.must_enrol(kind)),
        )
    )
