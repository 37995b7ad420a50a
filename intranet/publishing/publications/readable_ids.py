"""The ids of the publications among some that a person may read, by statements built once."""

from collections.abc import Collection
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from intranet.extensions import db
from intranet.organisation.people.access import own_agency_ids
from intranet.organisation.people.models import Person
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.types import NOW, among, id_parameter, ids_parameter
from intranet.publishing.publications.access import is_written_by, ways_sent_to
from intranet.publishing.publications.approval import submitted_to
from intranet.publishing.publications.audience_membership import holdings_later, holdings_of
from intranet.publishing.publications.models import EmployeeArticle, Publication
from intranet.publishing.publications.newest import is_addressed, reader_values
from intranet.publishing.publications.visibility import is_open_to_reader
from intranet.publishing.publications.voices import WRITER, space_ids

Key = InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None]


def readable_among(person: Person, ids: Collection[UUID], key: Key = Publication.id) -> set[UUID]:
    """Return which of these publications the person may read, in two queries for most people.

    The rule is that of `access.readable_by`, and for what was withdrawn that of `written_by`. Of
    what is open to the person only the visibility is asked, since the rest costs much more.

    Args:
        key: the column of `Publication` that has the ids.
    """
    if not ids:
        return set()
    given = reader_values(person)
    found: set[UUID] = set()
    if own_agency_ids(person):
        found |= set(execute_prepared(_open(key), ids=list(ids), **given).scalars())
    if rest := set(ids) - found:
        asked = _others(len(holdings_of(person).posts), key)
        found |= set(execute_prepared(asked, ids=list(rest), **values_of(person)).scalars())
    if space_ids(person) and (rest := set(ids) - found):
        waiting = list(execute_prepared(_submitted(key), ids=list(rest)).scalars())
        if waiting:
            asked = select(key).where(key.in_(waiting), submitted_to(person))
            found |= set(db.session.scalars(asked))
    return found


@cache
def is_readable(posts: int) -> ColumnElement[bool]:
    """Return the condition of `access.readable_by` for `values_of`, to who holds this many posts.

    Articles that wait for approval are left out.
    """
    return or_(is_addressed(posts), is_written_by(WRITER, has_post=posts > 0))


def values_of(person: Person) -> dict[str, Any]:
    """Return the values of the parameters in `is_readable`."""
    return reader_values(person) | {"space_ids": list(space_ids(person))}


def published_among(person: Person, ids: Collection[UUID]) -> set[UUID]:
    """Return which of these are published, not withdrawn, and readable by the person."""
    return readable_among(person, execute_prepared(_published(), ids=list(ids)).scalars().all())


@cache
def _published() -> Select[UUID]:
    return select(Publication.id).where(
        among(Publication.id, "ids"),
        Publication.published_at.is_not(None),
        Publication.withdrawn_at.is_(None),
    )


@cache
def _open(key: Key) -> Select[Any]:
    is_open = is_open_to_reader(id_parameter("person_id"), ids_parameter("agency_ids"), NOW)
    return select(key).where(among(key, "ids"), Publication.published_at.is_not(None), is_open)


@cache
def _others(posts: int, key: Key) -> Select[Any]:
    """Select what is sent to a person with this many posts, and what they may edit."""
    person_id, agency_ids = id_parameter("person_id"), ids_parameter("agency_ids")
    is_sent = and_(
        Publication.published_at.is_not(None),
        Publication.withdrawn_at.is_(None),
        or_(*ways_sent_to(person_id, agency_ids, holdings_later(posts))),
    )
    is_written = is_written_by(WRITER, has_post=posts > 0)
    return select(key).where(among(key, "ids"), or_(is_sent, is_written))


@cache
def _submitted(key: Key) -> Select[Any]:
    """Select the articles that wait for approval, by whomever."""
    is_submitted = Publication.employee_article.has(EmployeeArticle.submitted_at.is_not(None))
    return select(key).where(among(key, "ids"), is_submitted)
