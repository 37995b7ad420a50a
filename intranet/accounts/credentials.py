"""By what somebody stays connected: asked again with each call of a socket, in one question."""

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, not_, null, select

from intranet.accounts import queries
from intranet.accounts.access import Identity, write_use
from intranet.accounts.models import Account, SignIn, Token
from intranet.agencies.models import Agency
from intranet.core.types import given
from intranet.extensions import db
from intranet.people.models import Person


@dataclass(frozen=True)
class Credential:
    """A sign-in or a program's token, by its id."""

    kind: type[SignIn | Token]
    id: UUID

    @classmethod
    def of(cls, identity: Identity) -> "Credential | None":
        """By what somebody came."""
        if identity.sign_in_id:
            return cls(SignIn, identity.sign_in_id)
        return cls(Token, identity.token_id) if identity.token_id else None


@dataclass(frozen=True)
class Present:
    """Who is connected, as it stands now."""

    person: Person
    language: str
    time_zone: str
    scopes: frozenset[str] | None

    def may(self, scope: str) -> bool:
        """Whether the sign-in or token may be used for something: `read`, `write`, `admin`."""
        return self.scopes is None or scope in self.scopes


def present_by(credential: Credential) -> Present | None:
    """Who is there; None once the sign-in has ended, or a second factor has to be set up first."""
    row = _row(credential)
    if row is None:
        return None
    write_use(credential.kind, credential.id, row.last_used_at)
    return Present(
        person=row.Person,
        language=row.locale or row.languages[0],
        time_zone=row.time_zone or row.agency_time_zone,
        scopes=None if row.scopes is None else frozenset(row.scopes),
    )


def lives(credential: Credential) -> bool:
    """Whether it may still be used. Asking is no use of it: an idle one may end."""
    return _row(credential) is not None


def _row(credential: Credential) -> Any:
    asked = {"credential_id": credential.id}
    return db.session.execute(_present(credential.kind), asked).first()


@cache
def _present(kind: type[SignIn | Token]) -> Select[Any]:
    scopes: Any = Token.scopes if kind is Token else null()
    return (
        select(
            Person,
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
            kind.id == given("credential_id"),
            *queries.lives(kind),
            not_(queries.must_enrol()),
        )
    )
