"""Queries for valid sign-ins and tokens, and for accounts by name."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    exists,
    false,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from intranet.extensions import db
from intranet.organisation.accounts.models import (
    Account,
    AccountState,
    ChangeState,
    Passkey,
    SensitiveChange,
    SignIn,
    Token,
)
from intranet.organisation.agencies.models import Administration, Agency, SecondFactor
from intranet.organisation.people.home_agencies import register_home_lookup
from intranet.organisation.people.models import (
    Appointment,
    has_role,
    leaves_to_deputies,
    limits_administration,
)
from intranet.organisation.people.queries import has_term_at
from intranet.platform.core.types import NOW, Id, ago

# A sign-in that lasts longer than 20 hours needs no warning of its end (WCAG 2.2.1).
IDLE_TIMEOUT = timedelta(hours=24)
KEPT_IDLE_TIMEOUT = timedelta(days=30)
POSTLESS_GRACE_PERIOD = timedelta(days=30)
WAITING_LIMIT = 200
AND_FACTOR = "_and_factor"
"""The end of `SignIn.by` where a provider asked for a second factor of its own."""


# Conditions on `Account` under which its password is not enough; packages above register them.
_password_limits: list[Callable[[], ColumnElement[bool]]] = []
_kept_elsewhere: list[Callable[[], ColumnElement[bool]]] = []


def limits_passwords(condition: Callable[[], ColumnElement[bool]]) -> None:
    """Register a condition on `Account` under which a correct password signs nobody in."""
    _password_limits.append(condition)


def keeps_passwords(condition: Callable[[], ColumnElement[bool]]) -> None:
    """Register a condition on `Account` under which a directory knows its person's password."""
    _kept_elsewhere.append(condition)


def takes_password() -> ColumnElement[bool]:
    """Return the condition on `Account` that its person may sign in and confirm by password."""
    return and_(true(), *(~condition() for condition in _password_limits))


@dataclass(frozen=True)
class ValidCredential:
    """A valid sign-in or token, with the requirements and rights of its person."""

    used: SignIn | Token
    must_enrol: bool
    administers: bool
    has_posts_on_hold: bool


def living(kind: type[SignIn | Token], token_hash: str) -> ValidCredential | None:
    """Return the sign-in or token with this hash, if it is still valid. One query."""
    row = db.session.execute(_living(kind), {"token_hash": token_hash}).first()
    return ValidCredential(row[0], *(bool(said) for said in row[1:])) if row else None


# Every request and every socket call runs it: built once, with the time as a parameter.
@cache
def _living(kind: type[SignIn | Token]) -> Select[Any, bool, bool, bool]:
    return (
        select(kind, must_enrol(kind), administers(), has_posts_on_hold())
        .join(kind.account)
        .where(kind.token_hash == bindparam("token_hash", type_=String), *lives(kind))
    )


def lives(kind: type[SignIn | Token]) -> list[ColumnElement[bool]]:
    """Return the conditions for sign-ins or tokens to be valid now, on them and their `Account`."""
    return [*are_valid(kind), may_sign_in()]


def are_valid(kind: type[SignIn | Token]) -> list[ColumnElement[bool]]:
    """Return the conditions for sign-ins or tokens to have neither ended nor expired."""
    if issubclass(kind, Token):
        return [Token.revoked_at.is_(None), Token.expires_at > NOW]
    return [SignIn.ended_at.is_(None), SignIn.expires_at > NOW, is_not_idle()]


def may_sign_in() -> ColumnElement[bool]:
    """Return the condition on `Account` for being active with a post within the last 30 days.

    Its last day, if it has one, must not be over. A person who never held a post has the same
    period from the creation of the account.
    """
    since = ago(POSTLESS_GRACE_PERIOD)
    held = select(Appointment.id).where(
        Appointment.person_id == Account.person_id,
        or_(Appointment.until.is_(None), Appointment.until > since, Appointment.keeps_role),
    )
    return and_(
        Account.state == AccountState.ACTIVE,
        or_(Account.expires_at.is_(None), Account.expires_at > NOW),
        or_(_any(held), Account.created_at > since),
    )


def is_let_in(person_id: UUID) -> bool:
    """Return whether a person may sign in now, for work on their behalf in the background."""
    account = select(Account.id).where(Account.person_id == person_id, may_sign_in())
    return db.session.scalar(account) is not None


def may_use_password(account: Account) -> bool:
    """Return whether a person may sign in and confirm by password, if they have one."""
    asked = select(Account.id).where(Account.id == account.id, takes_password())
    return db.session.scalar(asked) is not None


def has_password(account: Account) -> bool:
    """Return whether a person has a password and may sign in and confirm by it."""
    return account.password_hash is not None and may_use_password(account)


def confirms_by_password(account: Account) -> bool:
    """Return whether a person can confirm by a password, their own here or a directory's."""
    elsewhere = [condition() for condition in _kept_elsewhere]
    asked = select(Account.id).where(Account.id == account.id, or_(false(), *elsewhere))
    return has_password(account) or db.session.scalar(asked) is not None


def must_enrol(kind: type[SignIn | Token]) -> ColumnElement[bool]:
    """Return the condition on `Account` that it needs a second factor and has none.

    A sign-in by a provider that asked for one itself needs no other here.

    It needs one if the home agency requires it of everybody, or of its administrators and the
    person administers it. Another agency's rule covers only what belongs to that agency: its
    administration (`has_required_factor`), and accepting a post there.
    """
    agency = aliased(Agency)
    home = select(agency.id).where(
        agency.id == Account.home_agency_id, agency.second_factor == SecondFactor.EVERYBODY
    )
    strict = Agency.second_factor != SecondFactor.NOBODY
    administered = _administrations().where(strict, Agency.id == Account.home_agency_id)
    needs = and_(~Account.has_second_factor, or_(_any(home), _holds(administered)))
    if issubclass(kind, Token):
        return needs
    return and_(needs, ~kind.by.endswith(AND_FACTOR, autoescape=True))


def administers() -> ColumnElement[bool]:
    """Return the condition on `Account` that its person has a role in an agency now."""
    return _holds(_administrations())


def has_posts_on_hold() -> ColumnElement[bool]:
    """Return the condition on `Account` that a current post of its person is on hold."""
    return _holds(select(Appointment.id).where(Appointment.on_hold))


def _administrations() -> Select[UUID]:
    return (
        select(Appointment.id)
        .join(Administration, has_role(NOW))
        .join(Agency, Agency.id == Administration.agency_id)
    )


def _holds(appointments: Select[UUID]) -> ColumnElement[bool]:
    return _any(
        appointments.where(
            Appointment.person_id == Account.person_id,
            or_(has_term_at(NOW), Appointment.keeps_role),
        )
    )


def _any(rows: Select[UUID]) -> ColumnElement[bool]:
    """Return whether a row exists for the account, as a subquery that looks the account up.

    While PostgreSQL has few statistics of a table, an `EXISTS` within an `OR` would read the whole
    table with each request.
    """
    return rows.limit(literal_column("1")).correlate(Account).scalar_subquery().is_not(None)


def account_of_sign_in_name(name: str) -> tuple[Account | None, bool]:
    """Return the account of an e-mail or of `NUMBER@handle`, and whether it may sign in now."""
    row = db.session.execute(select(Account, may_sign_in()).where(_is_called(name))).first()
    return (row[0], bool(row[1])) if row else (None, False)


def credentials(name: str) -> tuple[UUID | None, str | None, bool]:
    """Return the id, password hash and right to sign in by it of the account with this name.

    Columns rather than rows: a found account must not take longer to read than a missing one.
    """
    may = and_(may_sign_in(), takes_password())
    wanted = select(Account.id, Account.password_hash, may).where(_is_called(name))
    row = db.session.execute(wanted).first()
    return (row[0], row[1], bool(row[2])) if row else (None, None, False)


def _is_called(name: str) -> ColumnElement[bool]:
    """Match an e-mail or `NUMBER@handle`: two subqueries, each with its own index."""
    name = name.strip()
    number, _, handle = name.rpartition("@")
    other = aliased(Account)
    by_email = select(other.id).where(other.email == plain_email(name))
    by_number = (
        select(other.id)
        .join(Agency, Agency.id == other.home_agency_id)
        .where(Agency.handle == handle.lower(), other.staff_number == plain_staff_number(number))
    )
    return Account.id.in_(union_all(by_email, by_number))


def signed_in_among(person_ids: Collection[UUID]) -> Select[UUID]:
    """Return, as SQL, the ids of these people who are signed in on a device or by a token."""
    devices = select(SignIn.account_id).where(SignIn.ended_at.is_(None))
    tokens = select(Token.account_id).where(Token.revoked_at.is_(None))
    return select(Account.person_id).where(
        Account.person_id.in_(person_ids), or_(Account.id.in_(devices), Account.id.in_(tokens))
    )


def plain_email(text: str) -> str:
    """Return an e-mail address as it is stored and compared."""
    return text.strip().lower()


def plain_staff_number(text: str) -> str:
    """Return a staff number as it is stored and compared."""
    return text.strip().upper()


@register_home_lookup
def homes(person_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return the id of each person's home agency, by person."""
    rows = select(Account.person_id, Account.home_agency_id)
    found = db.session.execute(rows.where(Account.person_id.in_(person_ids)))
    return {row.person_id: row.home_agency_id for row in found}


@limits_administration
def has_required_factor(person_id: Id) -> ColumnElement[bool]:
    """Return the condition on `Administration` that a required second factor is set up.

    It applies to agencies other than the person's home; `must_enrol` enforces the home's rule.
    """
    agency = aliased(Agency)  # by its key: a list of all lenient ones would be read as a whole
    strict = select(agency.id).where(
        agency.id == Administration.agency_id, agency.second_factor != SecondFactor.NOBODY
    )
    without = select(Account.id).where(
        Account.person_id == person_id,
        Account.home_agency_id != Administration.agency_id,
        ~Account.has_second_factor,
    )
    return or_(~exists(strict), ~exists(without))


@leaves_to_deputies
def is_locked_out(person_id: Id) -> ColumnElement[bool]:
    """Return the condition that the person's account is closed."""
    return exists().where(Account.person_id == person_id, Account.state == AccountState.DISABLED)


def awaits_factor(person_id: UUID, code: str) -> bool:
    """Return whether only a missing second factor keeps a person from administering an agency."""
    asked = select(Account.id).where(
        Account.person_id == person_id,
        ~Account.has_second_factor,
        _holds(_administrations().where(Agency.code == code)),
    )
    return code.isprintable() and db.session.scalar(asked) is not None


def passkeys_of(account_id: UUID) -> list[Passkey]:
    """Return the passkeys of an account, oldest first."""
    theirs = select(Passkey).where(Passkey.account_id == account_id)
    return list(db.session.scalars(theirs.order_by(Passkey.created_at)))


def waiting_changes(account_id: UUID) -> list[SensitiveChange]:
    """Return the sensitive changes of an account that wait, oldest first."""
    waiting = select(SensitiveChange).where(
        SensitiveChange.account_id == account_id, SensitiveChange.state == ChangeState.WAITING
    )
    return list(db.session.scalars(waiting.order_by(SensitiveChange.asked_at)))


def waiting_changes_in(agency_id: UUID) -> list[SensitiveChange]:
    """Return up to 200 sensitive changes of an agency's accounts that wait, oldest first."""
    waiting = (
        select(SensitiveChange)
        .join(SensitiveChange.account)
        .where(SensitiveChange.state == ChangeState.WAITING, Account.home_agency_id == agency_id)
        .order_by(SensitiveChange.asked_at)
        .limit(WAITING_LIMIT)
    )
    return list(db.session.scalars(waiting))


def sign_ins_of(account_id: UUID) -> list[SignIn]:
    """Return the devices an account is signed in on, last used first."""
    alive = select(SignIn).where(SignIn.account_id == account_id, *are_valid(SignIn))
    return list(db.session.scalars(alive.order_by(SignIn.last_used_at.desc())))


def tokens_of(account_id: UUID) -> list[Token]:
    """Return the valid tokens of an account, newest first."""
    alive = select(Token).where(Token.account_id == account_id, *are_valid(Token))
    return list(db.session.scalars(alive.order_by(Token.created_at.desc())))


def is_not_idle() -> ColumnElement[bool]:
    """Return the condition on `SignIn` for being used recently enough."""
    return or_(
        and_(SignIn.is_kept, SignIn.last_used_at > ago(KEPT_IDLE_TIMEOUT)),
        SignIn.last_used_at > ago(IDLE_TIMEOUT),
    )
