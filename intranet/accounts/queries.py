"""Which sign-in or token is alive, and whose; which account a name belongs to."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased

from intranet.accounts.models import Account, AccountState, SignIn, Token
from intranet.agencies.models import Administration, Agency, Post, SecondFactor
from intranet.core import clock
from intranet.extensions import db
from intranet.people.models import Appointment

# A sign-in that lasts longer than 20 hours needs no warning of its end (WCAG 2.2.1).
IDLE = timedelta(hours=24)
IDLE_KEPT = timedelta(days=30)
WITHOUT_POST = timedelta(days=30)


@dataclass(frozen=True)
class Found:
    """A living sign-in or token, and whether its person has to set up a second factor first."""

    account: Account
    sign_in: SignIn | None
    token: Token | None
    must_enrol: bool


def living_sign_in(condition: ColumnElement[bool]) -> Found | None:
    """The one sign-in for which the condition holds, if it may still be used. One query."""
    now = clock.now()
    alive = (
        select(SignIn, must_enrol())
        .join(SignIn.account)
        .where(
            condition,
            SignIn.ended_at.is_(None),
            SignIn.expires_at > now,
            or_(
                and_(SignIn.is_kept, SignIn.last_used_at > now - IDLE_KEPT),
                SignIn.last_used_at > now - IDLE,
            ),
            may_sign_in(),
        )
    )
    row = db.session.execute(alive).first()
    return Found(row[0].account, row[0], None, bool(row[1])) if row else None


def living_token(condition: ColumnElement[bool]) -> Found | None:
    """The one token for which the condition holds, if it may still be used. One query."""
    alive = (
        select(Token, must_enrol())
        .join(Token.account)
        .where(
            condition,
            Token.revoked_at.is_(None),
            Token.expires_at > clock.now(),
            may_sign_in(),
        )
    )
    row = db.session.execute(alive).first()
    return Found(row[0].account, None, row[0], bool(row[1])) if row else None


def may_sign_in() -> ColumnElement[bool]:
    """Accounts that are active and whose person held a post within the last 30 days.

    A condition on `Account`. Who never held one yet has as long from the account's making.
    """
    since = clock.now() - WITHOUT_POST
    holds = exists().where(
        Appointment.person_id == Account.person_id,
        or_(Appointment.until.is_(None), Appointment.until > since),
    )
    return and_(Account.state == AccountState.ACTIVE, or_(holds, Account.created_at > since))


def must_enrol() -> ColumnElement[bool]:
    """Accounts that need a second factor and have none. A condition on `Account`.

    It is needed where the home agency, or an agency in which the person holds a post today,
    asks it of everybody, and where the person administers an agency that asks it of its
    administrators.
    """
    now = clock.now()
    agency = aliased(Agency)
    home = exists().where(
        agency.id == Account.home_agency_id, agency.second_factor == SecondFactor.EVERYBODY
    )
    return and_(
        Account.totp_confirmed_at.is_(None),
        or_(
            home,
            _holds(
                select(Appointment.id)
                .join(Post, Post.id == Appointment.post_id)
                .join(Agency, Agency.id == Post.agency_id)
                .where(Agency.second_factor == SecondFactor.EVERYBODY)
            ),
            _holds(
                select(Appointment.id)
                .join(Administration, Administration.post_id == Appointment.post_id)
                .join(Agency, Agency.id == Administration.agency_id)
                .where(
                    Agency.second_factor != SecondFactor.NOBODY,
                    Administration.accepted_at.is_not(None),
                    Administration.ended_at.is_(None),
                    or_(Administration.until.is_(None), Administration.until > now),
                )
            ),
        ),
    )


def _holds(appointments: Select[UUID]) -> ColumnElement[bool]:
    now = clock.now()
    return (
        appointments.where(
            Appointment.person_id == Account.person_id,
            Appointment.since <= now,
            or_(Appointment.until.is_(None), Appointment.until > now),
        )
        .correlate(Account)
        .exists()
    )


def account_called(name: str) -> Account | None:
    """The account of an e-mail, or of `NUMBER@handle` of an agency."""
    number, _, handle = name.rpartition("@")
    home = aliased(Agency)
    return db.session.scalar(
        select(Account)
        .join(home, home.id == Account.home_agency_id)
        .where(
            or_(
                Account.email == name.lower(),
                and_(Account.staff_number == number.upper(), home.handle == handle.lower()),
            )
        )
        .order_by(Account.email.is_(None))
        .limit(1)
    )
