"""The block beside the catalogue: initiative counts, model texts and criteria.

The counts are for the reader's agencies. The model texts are about functions of the reader's posts;
the criteria are the newest ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, select, union_all

from intranet.collaboration.initiatives.models import IN_USE, Adoption, Initiative, Use
from intranet.extensions import db
from intranet.organisation.agencies.models import PostFunction
from intranet.organisation.people.access import own_agency_ids
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import current_appointments
from intranet.publishing.model_texts.models import MODEL
from intranet.publishing.publications import queries as publication_queries
from intranet.publishing.publications.access import is_open_to
from intranet.publishing.publications.models import Publication, PublicationTopic
from intranet.publishing.publications.view_models import PublicationRow, rows

MAX_MODELS, MAX_CRITERIA = 2, 2
CRITERION = "criterion"  # of `questions`, which stands beside this package


@dataclass(frozen=True)
class Beside:
    """Counts of initiatives used, considered and led by the reader's agencies, and suggestions."""

    in_use: int
    considering: int
    ours: int
    models: Sequence[PublicationRow]
    criteria: Sequence[PublicationRow]


def sidebar_of(person: Person) -> Beside:
    """Return the block beside the catalogue, in three queries."""
    is_open = is_open_to(person)
    in_use, considering, ours = _counts(person, is_open)
    models = _newest(MODEL, MAX_MODELS, is_open, _is_of_functions_of(person))
    criteria = _newest(CRITERION, MAX_CRITERIA, is_open)
    both = union_all(models, criteria).subquery()
    order = (both.c.kind == MODEL).desc(), both.c.at.desc(), both.c.id.desc()
    ids = db.session.scalars(select(both.c.id).order_by(*order)).all()
    found = rows(publication_queries.read_in_order(ids))
    split = sum(row.kind == MODEL for row in found)
    return Beside(in_use, considering, ours, found[:split], found[split:])


def _counts(person: Person, is_open: ColumnElement[bool]) -> tuple[int, int, int]:
    own = own_agency_ids(person)
    said = (
        select(func.count(Adoption.publication_id.distinct()))
        .join(Publication, Publication.id == Adoption.publication_id)
        .where(
            Adoption.agency_id.in_(own),
            Adoption.replaced_at.is_(None),
            is_open,
        )
    )
    led = (
        select(func.count())
        .select_from(Initiative)
        .join(Publication, Publication.id == Initiative.publication_id)
        .where(
            Initiative.agency_id.in_(own),
            Publication.published_at.is_not(None),
            is_open,
        )
    )
    row = db.session.execute(
        select(
            said.where(Adoption.use.in_(IN_USE)).scalar_subquery(),
            said.where(Adoption.use == Use.CONSIDERING).scalar_subquery(),
            led.scalar_subquery(),
        )
    ).one()
    in_use, considering, ours = row
    return in_use, considering, ours


def _newest(
    kind: str, limit: int, *conditions: ColumnElement[bool]
) -> Select[tuple[UUID, str, datetime | None]]:
    newest = (
        select(Publication.id, Publication.kind, Publication.published_at.label("at"))
        .where(Publication.kind == kind, *conditions)
        .order_by(Publication.published_at.desc(), Publication.id.desc())
        .limit(limit)
        .subquery()
    )
    return select(newest.c.id, newest.c.kind, newest.c.at)


def _is_of_functions_of(person: Person) -> ColumnElement[bool]:
    """Return the condition on `Publication` that it is about a function of the person's posts."""
    posts = [row.post_id for row in current_appointments(person.id)]
    functions = select(PostFunction.function_code).where(PostFunction.post_id.in_(posts))
    return exists().where(
        PublicationTopic.publication_id == Publication.id,
        PublicationTopic.function_code.in_(functions),
    )
