"""The single source of public content: every public page reads through this module.

Public content was published, proposed by its post, approved for its agency, and neither removed nor
expired since; and its agency is not pausing. Readers get the approved version, with the facts that
were approved with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import joinedload, undefer
from sqlalchemy.sql.base import ExecutableOption

from intranet.collaboration.initiatives.models import IN_USE
from intranet.collaboration.initiatives.queries import use_counts
from intranet.delivery.files.models import Captions, File
from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.agencies.models import Agency
from intranet.platform.core import clock
from intranet.platform.core.errors import NotFound
from intranet.platform.core.types import UTCDateTime
from intranet.platform.index.expressions import Expression
from intranet.platform.index.models import SearchDocument
from intranet.platform.index.newest import newest_ids
from intranet.public_site.models import ShowcaseItem, ShowcaseProfile
from intranet.public_site.pauses import is_not_pausing_at, pause_of, turned_at
from intranet.public_site.refusals import Gone, Paused
from intranet.publishing.publications.models import (
    Publication,
    PublicationFile,
    PublicationVersion,
)
from intranet.publishing.publications.versions import files_of_version


@dataclass(frozen=True)
class ShowcasedVersion:
    """A public item: the approved version, and the facts approved with it."""

    item: ShowcaseItem
    version: PublicationVersion

    @property
    def id(self) -> UUID:
        """The id of the publication."""
        return self.item.publication_id

    @property
    def agency(self) -> Agency:
        """The agency that shows the item."""
        return self.item.publication.agency

    @property
    def shown_at(self) -> datetime:
        """The time at which this version was approved."""
        return self.item.approved_at or clock.now()


@dataclass(frozen=True)
class ShowcaseAddress:
    """The address of a public item, and its languages."""

    id: UUID
    kind: str
    shown_at: datetime
    languages: tuple[str, ...]


def public_ids(now: datetime) -> Select[UUID]:
    """Return a query for the ids of all public items; add conditions, an order and a limit."""
    return _standing().where(is_not_pausing_at(now))


def get_public(kind: str, publication_id: UUID) -> ShowcasedVersion:
    """Return a public item with its text.

    Raises:
        NotFound: it was never public.
        Gone: it was public and is no longer, for whatever reason.
        Paused: its agency is pausing.
    """
    now = clock.now()
    asked = (ShowcaseItem.publication_id == publication_id, ShowcaseItem.kind == kind)
    found = _read(public_ids(now).where(*asked), undefer(PublicationVersion.html))
    if found:
        return found[0]
    raise _refusal(now, *asked)


def get_file(file_id: UUID) -> File:
    """Return a file of a public version.

    Raises:
        NotFound, Gone, Paused: as for `get_public`, or the file is of another version.
    """
    now = clock.now()
    hangs_on = select(PublicationFile.publication_id).where(PublicationFile.file_id == file_id)
    asked = ShowcaseItem.publication_id.in_(hangs_on)
    found = _read(public_ids(now).where(asked))
    if not found:
        raise _refusal(now, asked)
    if str(file_id) not in found[0].version.file_ids:
        raise NotFound
    return db.session.get_one(File, file_id)


def get_captions(video: File, captions_id: UUID) -> Captions:
    """Return the captions of a public video.

    Raises:
        NotFound: the video has no captions with this id.
    """
    captions = db.session.get(Captions, captions_id)
    if captions is None or captions.video_id != video.id:
        raise NotFound
    return captions


def files_of(entry: ShowcasedVersion) -> Sequence[PublicationFile]:
    """Return the files of a public item, as attached to it."""
    return files_of_version(entry.version)


def users_of(some: Sequence[ShowcasedVersion]) -> dict[UUID, int]:
    """Count the other agencies that use each of these items now; the count needs no approval."""
    counts = use_counts([one.id for one in some])
    return {key: sum(uses.get(use, 0) for use in IN_USE) for key, uses in counts.items()}


def newest(
    *, agency: Agency | None = None, before: tuple[datetime, UUID] | None = None, limit: int
) -> list[ShowcasedVersion]:
    """Return the public items that were approved last, of all agencies or of one.

    Args:
        before: the approval time and the id of the last item of the previous page.
    """
    asked = public_ids(clock.now())
    if agency:
        asked = asked.where(ShowcaseItem.agency_id == agency.id)
    place = (ShowcaseItem.approved_at, ShowcaseItem.publication_id)
    if before:
        asked = asked.where(tuple_(*place) < before)
    return _read(asked.order_by(*(column.desc() for column in place)).limit(limit))


def in_order(
    kind: str, *, agency: Agency | None = None, after: UUID | None = None, limit: int
) -> list[ShowcasedVersion]:
    """Return public items of a kind in a stable order: by id, after a given one."""
    return _load(_ids_in_order(kind, agency, after, limit))


def in_order_with_texts(
    kind: str, *, agency: Agency | None = None, after: UUID | None = None, limit: int
) -> list[ShowcasedVersion]:
    """Return public items of a kind, with their texts, in order of id, from after `after` on."""
    return _load(_ids_in_order(kind, agency, after, limit), undefer(PublicationVersion.html))


def search_page(
    expression: Expression, *, before: int | None, limit: int
) -> tuple[list[ShowcasedVersion], int | None]:
    """Return matches of an index expression, the newest first, and the cursor of the next page.

    Args:
        before: the cursor of the page; it is opaque to clients.
    """
    now = clock.now()
    stands = public_ids(now).where(ShowcaseItem.publication_id == SearchDocument.subject_id)
    conditions: list[ColumnElement[bool]] = [stands.correlate(SearchDocument).exists()]
    if before is not None:
        conditions.append(SearchDocument.id < before)
    places = newest_ids(expression, *conditions, limit=limit + 1)
    rows = db.session.execute(
        select(SearchDocument.id, SearchDocument.subject_id).where(
            SearchDocument.id.in_(places[:limit])
        )
    )
    subjects = dict(rows.all())
    ids = [subjects[place] for place in places[:limit]]
    return _load(ids), places[limit - 1] if len(places) > limit else None


def part_starts(size: int) -> Sequence[UUID]:
    """Return the first id of each consecutive block of `size` public items, ordered by id."""
    place = func.row_number().over(order_by=ShowcaseItem.publication_id).label("place")
    numbered = (
        public_ids(clock.now()).with_only_columns(ShowcaseItem.publication_id, place).subquery()
    )
    return db.session.scalars(
        select(numbered.c.publication_id)
        .where((numbered.c.place - 1) % size == 0)
        .order_by(numbered.c.publication_id)
    ).all()


def part(first: UUID, size: int) -> list[ShowcaseAddress]:
    """Return the addresses of up to `size` public items, by id, from `first` on."""
    asked = public_ids(clock.now()).where(ShowcaseItem.publication_id >= first)
    ids = db.session.scalars(asked.order_by(ShowcaseItem.publication_id).limit(size)).all()
    rows = db.session.execute(
        select(
            ShowcaseItem.publication_id,
            ShowcaseItem.kind,
            ShowcaseItem.approved_at,
            PublicationVersion.title,
        )
        .join(PublicationVersion, _is_approved())
        .where(ShowcaseItem.publication_id.in_(ids))
        .order_by(ShowcaseItem.publication_id)
    )
    return [
        ShowcaseAddress(row_id, kind, at, tuple(title)) for row_id, kind, at, title in rows if at
    ]


def agencies_with_items(limit: int) -> Sequence[Agency]:
    """Return agencies with public items, by name."""
    some = public_ids(clock.now()).where(ShowcaseItem.agency_id == Agency.id).correlate(Agency)
    return db.session.scalars(
        select(Agency).where(some.exists()).order_by(Agency.sort_key, Agency.id).limit(limit)
    ).all()


def get_agency(code: str) -> tuple[Agency, ShowcaseProfile | None]:
    """Return an agency with a public page, and its public profile.

    Raises:
        NotFound: there is no such agency, or it never showed anything.
        Paused: the agency is pausing.
    """
    agency = db.session.scalar(select(Agency).where(Agency.code == code))
    if agency is None:
        raise NotFound
    profile = db.session.get(ShowcaseProfile, agency.id)
    ever = select(ShowcaseItem.publication_id).where(
        ShowcaseItem.agency_id == agency.id, ShowcaseItem.first_at.is_not(None)
    )
    if profile is None and db.session.scalar(ever.limit(1)) is None:
        raise NotFound
    if pause := pause_of(agency, clock.now()):
        raise Paused(agency, pause.ends_on)
    return agency, profile


def changed_at(agency: Agency | None = None) -> datetime | None:
    """Return the time of the last public change: of an item, or by a pause that began or ended."""
    now = clock.now()
    asked = select(func.max(ShowcaseItem.changed_at, type_=UTCDateTime))
    if agency:
        asked = asked.where(ShowcaseItem.agency_id == agency.id)
    turns = (db.session.scalar(asked), turned_at(now, agency.id if agency else None))
    return max((at for at in turns if at), default=None)


def _standing() -> Select[UUID]:
    """Return a query for all items that would be public if no agency paused.

    The condition on the publication is a subquery for each item, in the order of the items: with a
    join, SQLite began with all publications.
    """
    now = clock.now()
    stands = exists().where(
        Publication.id == ShowcaseItem.publication_id,
        Publication.visibility == Visibility.PUBLIC,
        Publication.published_at.is_not(None),
        Publication.withdrawn_at.is_(None),
        or_(Publication.expires_at.is_(None), Publication.expires_at > now),
    )
    return select(ShowcaseItem.publication_id).where(
        ShowcaseItem.version.is_not(None), ShowcaseItem.taken_off_at.is_(None), stands
    )


def _is_approved() -> ColumnElement[bool]:
    """The version is the approved one of the item, as a condition on both."""
    return and_(
        PublicationVersion.publication_id == ShowcaseItem.publication_id,
        PublicationVersion.number == ShowcaseItem.version,
    )


def _ids_in_order(
    kind: str, agency: Agency | None, after: UUID | None, limit: int
) -> Sequence[UUID]:
    asked = public_ids(clock.now()).where(ShowcaseItem.kind == kind)
    if agency:
        asked = asked.where(ShowcaseItem.agency_id == agency.id)
    if after:
        asked = asked.where(ShowcaseItem.publication_id > after)
    return db.session.scalars(asked.order_by(ShowcaseItem.publication_id).limit(limit)).all()


def _refusal(now: datetime, *asked: ColumnElement[bool]) -> Exception:
    """Return the error that tells why an item is not public."""
    item = db.session.scalar(
        select(ShowcaseItem).where(*asked).options(joinedload(ShowcaseItem.publication))
    )
    if item is None or item.first_at is None:
        return NotFound()
    if _read(_standing().where(*asked)):
        agency = item.publication.agency
        if pause := pause_of(agency, now):
            return Paused(agency, pause.ends_on)
    return Gone()


def _read(asked: Select[UUID], *more: ExecutableOption) -> list[ShowcasedVersion]:
    """Return the items whose ids a query selects, in its order, loaded with the options `more`."""
    return _load(db.session.scalars(asked).all(), *more)


def _load(ids: Sequence[UUID], *more: ExecutableOption) -> list[ShowcasedVersion]:
    if not ids:
        return []
    rows = db.session.execute(
        select(ShowcaseItem, PublicationVersion)
        .join(PublicationVersion, _is_approved())
        .where(ShowcaseItem.publication_id.in_(ids))
        .options(
            joinedload(ShowcaseItem.publication, innerjoin=True)
            .load_only(Publication.agency_id)
            .joinedload(Publication.agency, innerjoin=True),
            *more,
        )
    )
    found = {item.publication_id: ShowcasedVersion(item, version) for item, version in rows}
    return [found[one] for one in ids if one in found]
