"""The people whom a provider knows and who were not let in: kept a while for administrators."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select

from intranet.extensions import db
from intranet.organisation.identity import queries
from intranet.organisation.identity.models import Provider, RefusedArrival
from intranet.platform.core import clock
from intranet.platform.core.database import insert_into
from intranet.platform.core.unit_of_work import unit_of_work

KEPT_FOR = timedelta(days=30)
MAX_ARRIVALS: Final = 100
EMAIL_LIMIT: Final = 254
NAME_LIMIT: Final = 120


def note(provider: Provider, subject: str, email: str, name: str) -> None:
    """Remember that a provider's person was not let in, unless they are tied to an account."""
    if queries.identity_of(provider.id, subject):
        return
    said = {"email": email[:EMAIL_LIMIT], "name": name[:NAME_LIMIT], "last_at": clock.now()}
    row = {"provider_id": provider.id, "subject": subject, **said}
    with unit_of_work():
        insert = insert_into(RefusedArrival).values(row)
        db.session.execute(
            insert.on_conflict_do_update(index_elements=["provider_id", "subject"], set_=said)
        )
        newest = select(RefusedArrival.subject).where(RefusedArrival.provider_id == provider.id)
        kept = newest.order_by(RefusedArrival.last_at.desc()).limit(MAX_ARRIVALS)
        db.session.execute(
            delete(RefusedArrival).where(
                RefusedArrival.provider_id == provider.id, RefusedArrival.subject.not_in(kept)
            )
        )


def refused_by(providers: Sequence[Provider]) -> Sequence[RefusedArrival]:
    """Return who was not let in by these providers within a month, newest first."""
    found = select(RefusedArrival).where(
        RefusedArrival.provider_id.in_([provider.id for provider in providers]),
        RefusedArrival.last_at > clock.now() - KEPT_FOR,
    )
    return db.session.scalars(found.order_by(RefusedArrival.last_at.desc())).all()


def forget(provider: Provider, subject: str) -> None:
    """Within an operation: forget somebody, because they are tied to an account now."""
    db.session.execute(
        delete(RefusedArrival).where(
            RefusedArrival.provider_id == provider.id, RefusedArrival.subject == subject
        )
    )


def forget_old() -> None:
    """Delete who was not let in more than a month ago."""
    with unit_of_work():
        old = RefusedArrival.last_at < clock.now() - KEPT_FOR
        db.session.execute(delete(RefusedArrival).where(old))
