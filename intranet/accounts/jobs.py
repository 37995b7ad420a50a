"""What is forgotten about signing in, in the background, and what an update owes posts on hold."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete, or_, select

from intranet.accounts import failures
from intranet.accounts.models import OneTimeLink, SignIn, Token
from intranet.accounts.operations import names
from intranet.accounts.operations.holding import hold_posts
from intranet.agencies.models import Agency, SecondFactor
from intranet.core import clock
from intranet.core.outbox import does
from intranet.core.unit_of_work import unit_of_work
from intranet.extensions import db
from intranet.people.operations.offers import forget_old_offers

KEPT_FOR = timedelta(days=90)
MARK: Final = "accounts.hold"


@does(MARK)
def mark_on_hold(_payload: Mapping[str, Any]) -> None:
    """Mark what is on hold, for a site from before appointments could be."""
    hold_everywhere()


def hold_everywhere() -> int:
    """Hold or release, agency by agency, what the rules about second factors want; count it."""
    strict = select(Agency.id).where(Agency.second_factor == SecondFactor.EVERYBODY)
    return sum(hold_posts(agency_id) for agency_id in db.session.scalars(strict).all())


def take_up_addresses() -> None:
    """Let addresses hold that waited for a day."""
    names.take_up_due()


def forget_failures() -> None:
    """Delete counts of failures that no longer slow anybody down."""
    failures.forget_old()


def forget_ended() -> None:
    """Delete sign-ins, links and tokens that ended 90 days ago."""
    before = clock.now() - KEPT_FOR
    with unit_of_work():
        db.session.execute(
            delete(SignIn).where(or_(SignIn.ended_at < before, SignIn.expires_at < before))
        )
        db.session.execute(delete(OneTimeLink).where(OneTimeLink.expires_at < before))
        db.session.execute(
            delete(Token).where(or_(Token.revoked_at < before, Token.expires_at < before))
        )
    forget_old_offers(KEPT_FOR)
