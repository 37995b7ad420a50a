"""Statements of a vote, built once.

Hundreds of people may vote in the same second, and building the statements each time took four
fifths of that time.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Uuid, and_, bindparam, case, exists, func, or_, select, update

from intranet.collaboration.polls.models import Poll, PollOption, PollVoter
from intranet.extensions import db
from intranet.messaging.spaces.access import holds_post, is_current_member
from intranet.messaging.spaces.models import Space, SpaceKind, SpaceMember, SpaceMute
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.queries import is_current
from intranet.platform.core.types import UTCDateTime
from intranet.publishing.publications.models import Publication

_NOW: Any = bindparam("now", type_=UTCDateTime())
_POLL, _PERSON = bindparam("poll", type_=Uuid()), bindparam("person", type_=Uuid())

RULES = (
    select(
        Poll.kind,
        Poll.is_secret,
        Poll.most,
        Poll.results,
        Poll.key_check,
        Poll.audience,
        Publication.withdrawn_at,
        Publication.space_id,
        Space.agency_id,
        (Space.kind == SpaceKind.GROUP).label("is_of_group"),
        and_(Space.kind == SpaceKind.GROUP, Space.archived_at.is_not(None)).label("is_laid_down"),
        exists()
        .where(
            SpaceMute.space_id == Space.id,
            SpaceMute.person_id == _PERSON,
            SpaceMute.until > _NOW,
            SpaceMute.ended_at.is_(None),
        )
        .label("is_muted"),
        select(func.count()).where(PollOption.poll_id == _POLL).scalar_subquery().label("options"),
        select(PollVoter.has_voted)
        .where(PollVoter.poll_id == _POLL, PollVoter.person_id == _PERSON)
        .scalar_subquery()
        .label("has_voted"),
        exists()
        .where(
            SpaceMember.space_id == Space.id,
            SpaceMember.person_id == _PERSON,
            is_current_member(_NOW),
            holds_post(_NOW),
        )
        .label("is_in_place"),
        exists()
        .where(
            Post.id == Appointment.post_id,
            Post.agency_id == Space.agency_id,
            Appointment.person_id == _PERSON,
            is_current(_NOW),
        )
        .label("is_in_agency"),
    )
    .join(Publication, Publication.id == Poll.publication_id)
    .join(Space, Space.id == Publication.space_id)
    .where(Poll.publication_id == _POLL)
)
"""Settings of a poll, the number of its options, and the person's relation to it.

`has_voted` is None where the person is not on the roll. It is a single statement, because each
statement costs a tenth of the time of a vote.
"""

TAKE = (
    update(PollVoter)
    .where(
        PollVoter.poll_id == _POLL, PollVoter.person_id == _PERSON, PollVoter.has_voted.is_(False)
    )
    .values(has_voted=True)
    .returning(PollVoter.person_id)
)
"""Of two concurrent votes of a person, the second waits and finds no row to change."""

RISE = (
    update(Poll)
    .where(
        Poll.publication_id == _POLL,
        Poll.closed_at.is_(None),
        or_(Poll.closes_at.is_(None), Poll.closes_at > _NOW),
    )
    .values(voted=Poll.voted + bindparam("by"), counted=Poll.counted + bindparam("shown"))
    .returning(Poll.voted)
)
"""Locks the poll's row until the end of the transaction, so that votes are counted in turn."""

SHOW_COUNTED = update(Poll).where(Poll.publication_id == _POLL).values(counted=bindparam("number"))


@cache
def add_to(column: str) -> Any:
    """Return a statement that adds `by` to a counter of the options named in `numbers`."""
    counter = getattr(PollOption, column)
    return (
        update(PollOption)
        .where(
            PollOption.poll_id == _POLL,
            PollOption.number.in_(bindparam("numbers", expanding=True)),
        )
        .values({counter: counter + bindparam("by")})
    )


@cache
def add_to_all(columns: tuple[str, ...], options: int) -> Any:
    """Return a statement that adds `COLUMN_NUMBER` to each counter of every option."""
    values = {
        getattr(PollOption, column): getattr(PollOption, column)
        + case(
            {
                number: bindparam(f"{column}_{number}", type_=BigInteger())
                for number in range(1, options + 1)
            },
            value=PollOption.number,
        )
        for column in columns
    }
    return update(PollOption).where(PollOption.poll_id == _POLL).values(values)


def run(statement: Any, values: Mapping[str, Any]) -> Any:
    """Execute a statement on the session's connection; the session does not track its rows."""
    return db.session.connection().execute(statement, values)


def value(statement: Any, values: Mapping[str, Any]) -> Any:
    """Execute a statement and return the first value, or None where it gives no row."""
    return run(statement, values).scalar()
