"""Initiatives in lists, and the texts, stages, updates and uses of an initiative."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from intranet.collaboration.initiatives.models import (
    Adoption,
    Contact,
    Initiative,
    InitiativeTranslation,
    InitiativeUpdate,
    Partner,
    StageChange,
    Use,
)
from intranet.extensions import db
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.models import Person
from intranet.platform.core.types import Localized, among
from intranet.publishing.publications.audience_membership import holdings_of
from intranet.publishing.publications.models import Publication, PublicationVersion
from intranet.publishing.publications.readable_ids import is_readable, values_of
from intranet.publishing.publications.versions import is_latest

MAX_USES = 500
MAX_UPDATES = 5
MAX_AGENCIES = 200


@dataclass(frozen=True)
class InitiativeListEntry:
    """An initiative in a list, with its latest version and the number of uses."""

    initiative: Initiative
    publication: Publication
    version: PublicationVersion
    uses: dict[Use, int]


def catalogue(
    person: Person,
    narrowed: Sequence[ColumnElement[bool]] = (),
    *,
    before: tuple[datetime, UUID] | None = None,
    limit: int,
) -> list[InitiativeListEntry]:
    """Return initiatives that the person may read, the last changed first.

    Args:
        narrowed: conditions on `Initiative`.
        before: the time of change and the id of the last initiative of the previous page.
    """
    asked = (
        select(Initiative.publication_id)
        .where(*narrowed, _is_read_by(len(holdings_of(person).posts)))
        .order_by(Initiative.changed_at.desc(), Initiative.publication_id.desc())
        .limit(limit)
    )
    if before:
        at, publication_id = before
        asked = asked.where(
            or_(
                Initiative.changed_at < at,
                and_(Initiative.changed_at == at, Initiative.publication_id < publication_id),
            )
        )
    return _read(db.session.scalars(asked, values_of(person)).all())


def matching_among(
    person: Person, ids: Sequence[UUID], narrowed: Sequence[ColumnElement[bool]], limit: int
) -> list[InitiativeListEntry]:
    """Return those of these initiatives that match and that the person may read, in order.

    Args:
        ids: ids of publications, at most a few hundred.
    """
    if not ids:
        return []
    asked = select(Initiative.publication_id).where(
        Initiative.publication_id.in_(ids),
        *narrowed,
        _is_read_by(len(holdings_of(person).posts)),
    )
    there = set(db.session.scalars(asked, values_of(person)))
    return _read([each for each in ids if each in there][:limit])


def use_counts(publication_ids: Collection[UUID]) -> dict[UUID, dict[Use, int]]:
    """Count the agencies by their use of each of these initiatives."""
    rows = db.session.execute(
        select(Adoption.publication_id, Adoption.use, func.count())
        .where(Adoption.publication_id.in_(publication_ids), Adoption.replaced_at.is_(None))
        .group_by(Adoption.publication_id, Adoption.use)
    )
    found: dict[UUID, dict[Use, int]] = {}
    for publication_id, use, count in rows:
        found.setdefault(publication_id, {})[use] = count
    return found


def current_adoption(publication_id: UUID, agency_id: UUID) -> Adoption | None:
    """Return an agency's current record of use."""
    return db.session.scalar(
        select(Adoption).where(
            Adoption.publication_id == publication_id,
            Adoption.agency_id == agency_id,
            Adoption.replaced_at.is_(None),
        )
    )


def adoptions(initiative: Initiative, *, is_history: bool = False) -> Sequence[Adoption]:
    """Return each agency's current record of use, or all records; the latest first.

    Current records are loaded with their agency only, since the page shows a few of them.
    """
    asked = (
        select(Adoption)
        .where(Adoption.publication_id == initiative.publication_id)
        .options(joinedload(Adoption.agency, innerjoin=True))
        .order_by(Adoption.at.desc(), Adoption.id.desc())
        .limit(MAX_USES)
    )
    if not is_history:
        return db.session.scalars(asked.where(Adoption.replaced_at.is_(None))).all()
    whole = asked.options(joinedload(Adoption.post, innerjoin=True), joinedload(Adoption.by))
    return db.session.scalars(whole).all()


def posts_by_id(post_ids: Collection[UUID]) -> Sequence[Post]:
    """Return these posts, with their units and agencies."""
    return db.session.scalars(select(Post).where(Post.id.in_(post_ids))).all()


def texts_of(initiative: Initiative) -> dict[str, InitiativeTranslation]:
    """Return the texts of an initiative, by language."""
    rows = db.session.scalars(
        select(InitiativeTranslation).where(
            InitiativeTranslation.publication_id == initiative.publication_id
        )
    )
    return {row.language: row for row in rows}


def stages_of(initiative: Initiative) -> Sequence[StageChange]:
    """Return the changes of stage, the latest first."""
    return db.session.scalars(
        select(StageChange)
        .where(StageChange.publication_id == initiative.publication_id)
        .options(joinedload(StageChange.by, innerjoin=True))
        .order_by(StageChange.at.desc(), StageChange.id.desc())
    ).all()


def updates_of(initiative: Initiative, limit: int = MAX_UPDATES) -> Sequence[InitiativeUpdate]:
    """Return the updates, the latest first."""
    return db.session.scalars(
        select(InitiativeUpdate)
        .where(InitiativeUpdate.publication_id == initiative.publication_id)
        .options(joinedload(InitiativeUpdate.by, innerjoin=True))
        .order_by(InitiativeUpdate.at.desc(), InitiativeUpdate.id.desc())
        .limit(limit)
    ).all()


def partners_of(initiative: Initiative) -> Sequence[Partner]:
    """Return the partners, by name."""
    return db.session.scalars(
        select(Partner)
        .join(Agency, Agency.id == Partner.agency_id)
        .where(Partner.publication_id == initiative.publication_id)
        .order_by(Agency.sort_key, Agency.id)
    ).all()


def contacts_of(initiative: Initiative) -> Sequence[Contact]:
    """Return the contacts of an initiative."""
    return db.session.scalars(
        select(Contact)
        .where(Contact.publication_id == initiative.publication_id)
        .order_by(Contact.post_id)
    ).all()


def leading_agencies() -> list[tuple[str, Localized, str, str | None]]:
    """Return agencies that lead an initiative, by name: code, name, language, territory."""
    leads = select(Initiative.publication_id).where(Initiative.agency_id == Agency.id).exists()
    rows = db.session.execute(
        select(Agency.code, Agency.name, Agency.languages, Agency.territory)
        .where(leads)
        .order_by(Agency.sort_key, Agency.id)
        .limit(MAX_AGENCIES)
    )
    return [(code, name, languages[0], territory) for code, name, languages, territory in rows]


def used_by(
    person: Person, agency: Agency, uses: Collection[Use], limit: int
) -> list[tuple[Adoption, InitiativeListEntry]]:
    """Return an agency's uses of initiatives that the person may read, the latest first."""
    rows = db.session.scalars(
        select(Adoption)
        .where(
            Adoption.agency_id == agency.id,
            Adoption.replaced_at.is_(None),
            Adoption.use.in_(uses),
        )
        .order_by(Adoption.at.desc(), Adoption.id.desc())
        .limit(limit)
    ).all()
    there = matching_among(person, [row.publication_id for row in rows], (), limit)
    found = {one.initiative.publication_id: one for one in there}
    return [(row, found[row.publication_id]) for row in rows if row.publication_id in found]


@cache
def _is_read_by(posts: int) -> ColumnElement[bool]:
    """Return the condition on `Initiative`: it is not withdrawn, and read by who has `values_of`.

    It is a condition, not a join, so that the list uses its own index: with a join, SQLite began
    with the publications and sorted all 20,000.
    """
    return (
        exists()
        .where(
            Publication.id == Initiative.publication_id,
            Publication.published_at.is_not(None),
            Publication.withdrawn_at.is_(None),
            is_readable(posts),
        )
        .correlate(Initiative)
    )


def _read(ids: Sequence[UUID]) -> list[InitiativeListEntry]:
    """Load these initiatives, in their order, in two queries."""
    if not ids:
        return []
    rows = db.session.execute(_whole(), {"ids": list(ids)}).all()
    uses = use_counts(ids)
    order = {publication_id: number for number, publication_id in enumerate(ids)}
    found = [
        InitiativeListEntry(row, publication, version, uses.get(row.publication_id, {}))
        for row, publication, version in rows
    ]
    return sorted(found, key=lambda one: order[one.initiative.publication_id])


@cache
def _whole() -> Select[Initiative, Publication, PublicationVersion]:
    return (
        select(Initiative, Publication, PublicationVersion)
        .join(Publication, Publication.id == Initiative.publication_id)
        .join(PublicationVersion, is_latest())
        .where(among(Initiative.publication_id, "ids"))
        .options(
            joinedload(Publication.post, innerjoin=True).joinedload(Post.unit, innerjoin=True),
            joinedload(Publication.published_by),
            joinedload(Publication.space, innerjoin=True),
            joinedload(Initiative.agency, innerjoin=True),
        )
    )
