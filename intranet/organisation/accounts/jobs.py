"""Jobs of accounts: send invitations, end accounts, apply changes, delete what is old."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete, or_

from intranet.extensions import db
from intranet.organisation.accounts import sign_in_throttle
from intranet.organisation.accounts.models import (
    ChangeState,
    OneTimeLink,
    SensitiveChange,
    SignIn,
    Token,
)
from intranet.organisation.accounts.operations import (
    account_ends,
    invitation_letters,
    invitations,
    link_letters,
    one_uses,
    sensitive_changes,
)
from intranet.organisation.accounts.operations.second_factor_holds import hold_everywhere
from intranet.organisation.people.operations.offers import forget_old_offers
from intranet.platform.core import clock
from intranet.platform.core.outbox import handler
from intranet.platform.core.unit_of_work import unit_of_work

KEPT_FOR = timedelta(days=90)
MARK: Final = "accounts.hold"


# Importing these modules registers their kinds of outbox tasks.
OWED = (invitation_letters, link_letters)


@handler(MARK)
def mark_on_hold(_payload: Mapping[str, Any]) -> None:
    """Put existing appointments on hold, once, on sites from before the rule existed."""
    hold_everywhere()


def apply_sensitive_changes() -> None:
    """Apply approved changes whose waiting time is over, and end those that nobody approved."""
    sensitive_changes.apply_due()


def release_invitations() -> None:
    """Give invitations that are due to the outbox, at the pace of each agency."""
    invitations.release_due()


def end_accounts() -> None:
    """End the sign-ins, tokens and sockets of accounts whose last day is over."""
    account_ends.end_due()


def warn_of_ends() -> None:
    """Warn people and administrators of accounts that will end."""
    account_ends.warn_ahead()


def forget_failures() -> None:
    """Delete counts of failures that no longer slow anybody down."""
    sign_in_throttle.forget_old()


def forget_one_uses() -> None:
    """Delete states, challenges and ids that have expired."""
    one_uses.forget_expired()


def forget_ended() -> None:
    """Delete sign-ins, links, tokens and sensitive changes that ended 90 days ago."""
    before = clock.now() - KEPT_FOR
    with unit_of_work():
        db.session.execute(
            delete(SignIn).where(or_(SignIn.ended_at < before, SignIn.expires_at < before))
        )
        db.session.execute(delete(OneTimeLink).where(OneTimeLink.expires_at < before))
        db.session.execute(
            delete(Token).where(or_(Token.revoked_at < before, Token.expires_at < before))
        )
        db.session.execute(
            delete(SensitiveChange).where(
                SensitiveChange.state != ChangeState.WAITING, SensitiveChange.asked_at < before
            )
        )
    forget_old_offers(KEPT_FOR)
