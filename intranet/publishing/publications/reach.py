"""The people whom a publication reaches: one query for preview, sending and counting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    exists,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session

from intranet.extensions import db
from intranet.messaging.spaces.audience import Atom, Audience, appointments_in
from intranet.messaging.spaces.models import Space
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.people.models import Absence, Appointment
from intranet.organisation.people.queries import is_current
from intranet.organisation.people.speakers import runs
from intranet.organisation.people.vacancy_readers import reading
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.publishing.publications.announcement_models import Recipient
from intranet.publishing.publications.consents import consents_to, has_consents
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.senders import NOT_ASKED, senders_of
from intranet.publishing.publications.voices import belongs, reaches


@dataclass(frozen=True)
class AudienceDeliveryCounts:
    """Numbers of people reachable by mail, reachable only here, never signed in, and absent."""

    mail: int = 0
    only_here: int = 0
    never: int = 0
    away: int = 0


@dataclass(frozen=True)
class AudienceCounts:
    """Numbers of an audience: people, by unit and by means of delivery, and people out of reach.

    For a circular, also the other agencies that receive it, and those without consent.
    """

    count: int
    by_unit: Sequence[tuple[Unit, int]]
    ways: AudienceDeliveryCounts | None = None
    beyond: int = 0
    agencies: int = 0
    without_consent: int = 0


def everyone_in(space: Space) -> Audience:
    """Return the audience of everyone whom a publication in a space can reach."""
    if space.is_group:
        return Audience(any=[Atom(group=space.id)])
    if space.unit_id:
        return Audience(any=[Atom(unit=space.unit_id, subtree=True)])
    return Audience(any=[Atom(agency=space.agency_id)])


def audience_of(publication: Publication) -> Audience | None:
    """Return the audience as stored, or None if there is none yet."""
    try:
        audience = publication.announcement.audience
        return Audience.parse(audience) if audience else None
    except Invalid:
        return None


def with_readers(audience: Audience, now: datetime) -> Audience:
    """Return the audience with whoever reads for the vacant posts that it names.

    The holders who come later are in it by its own words.
    """
    named = {atom.post for atom in audience.any if atom.post}
    read = {answer.by.id for answer in reading(named, now).values() if answer.by} if named else ()
    more = [Atom(post=post_id) for post_id in read if post_id not in named]
    return audience.model_copy(update={"any": [*audience.any, *more]}) if more else audience


def is_reached(space: Space) -> ColumnElement[bool]:
    """Return whether a space or its circulars reach a post, as a condition on `Post` and `Unit`."""
    own = reaches(space)
    return or_(own, consents_to(space.id)) if has_consents(space.id) else own


def reached(
    audience: Audience, space: Space, now: datetime, *only: ColumnElement[bool]
) -> Select[UUID, UUID, UUID, UUID]:
    """Select the people in the audience within the space's reach, each in their oldest post there.

    People reached by a circular in another agency are listed once for each post.
    Columns `person_id`, `post_id`, `unit_id`, `agency_id`.

    Args:
        only: further conditions on the appointments or their posts.
    """
    once: tuple[ColumnElement[Any], ...] = ()
    if has_consents(space.id):
        once = (case((not_(reaches(space)), Post.id)),)
    rank = func.row_number().over(
        partition_by=(Appointment.person_id, *once), order_by=(Appointment.since, Appointment.id)
    )
    every = (
        appointments_in(with_readers(audience, now), now)
        .where(is_current(now), is_reached(space), belongs(space), *only)
        .with_only_columns(
            Appointment.person_id,
            Appointment.post_id,
            Post.unit_id,
            Post.agency_id,
            rank.label("rank"),
        )
        .subquery()
    )
    return select(every.c.person_id, every.c.post_id, every.c.unit_id, every.c.agency_id).where(
        every.c.rank == 1
    )


def people_reached(audience: Audience, space: Space, now: datetime) -> Select[UUID]:
    """Select the ids of the people in the audience, each once."""
    rows = reached(audience, space, now).subquery()
    return select(rows.c.person_id).distinct()


def people_of(publication: Publication, now: datetime) -> Select[UUID]:
    """Select the ids of the people in a publication's audience, each once.

    After sending it is the stored audience, before it the audience at `now`.

    Raises:
        Invalid: it has no audience yet.
    """
    if publication.published_at:
        sent = Recipient.publication_id == publication.id
        return select(Recipient.person_id).where(sent).distinct()
    audience = audience_of(publication)
    if audience is None:
        raise Invalid(
            {"audience": _l("There is nobody in this audience. Choose other recipients.")}
        )
    return people_reached(audience, publication.space, now)


def version_of(publication: Publication, now: datetime) -> str:
    """Return the version of a publication's audience, or an empty string without one."""
    audience = audience_of(publication) if publication.has_audience else None
    return version_of_people(audience, publication.space, now) if audience else ""


def version_of_people(audience: Audience, space: Space, now: datetime) -> str:
    """Return a version of the audience: its size and a digest of its members."""
    people = people_reached(audience, space, now).subquery()
    # As strings, so that a hundred thousand UUIDs need no parsing.
    as_kept = select(type_coerce(people.c.person_id, String))
    found = sorted(map(str, db.session.scalars(as_kept)))
    return f"{len(found)}-{sha256(''.join(found).encode()).hexdigest()[:16]}"


def reaches_anybody(audience: Audience, space: Space, now: datetime) -> bool:
    """Return whether the audience has anybody within the space's reach."""
    there = appointments_in(with_readers(audience, now), now).where(is_current(now))
    anybody = there.where(is_reached(space), belongs(space)).limit(1)
    return db.session.scalar(anybody.with_only_columns(Appointment.id)) is not None


def measured(audience: Audience, space: Space, now: datetime) -> AudienceCounts:
    """Count the audience as it is now."""
    rows = reached(audience, space, now).subquery()
    ways = _ways(rows.c.person_id, now)
    each = select().outerjoin_from(rows, Account, Account.person_id == rows.c.person_id)
    found = db.session.execute(
        each.add_columns(rows.c.unit_id, func.count(), *map(func.count, ways)).group_by(
            rows.c.unit_id
        )
    ).all()
    by_unit = _by_unit({unit_id: number for unit_id, number, *_by_way in found})
    count, *by_way = (sum(row[at] for row in found) for at in range(1, 2 + len(ways)))
    agencies = 0
    if has_consents(space.id):  # a person may receive a circular in two posts: count them once
        is_other = case((rows.c.agency_id != space.agency_id, rows.c.agency_id))
        each_once = [func.count(one.distinct()) for one in (is_other, rows.c.person_id, *ways)]
        agencies, count, *by_way = db.session.execute(each.add_columns(*each_once)).one()
    # The size of an agency that left the directory is hidden from senders who do not reach it.
    every = appointments_in(with_readers(audience, now), now).where(
        is_current(now), or_(Agency.in_directory, is_reached(space))
    )
    return AudienceCounts(
        count,
        by_unit,
        AudienceDeliveryCounts(*by_way),
        _beyond(every, space, count),
        agencies,
        _without_consent(every, space) if agencies else 0,
    )


def _ways(person_id: ColumnElement[UUID], now: datetime) -> list[ColumnElement[UUID]]:
    """Return an expression for each field of `AudienceDeliveryCounts`.

    It is the person's id if the field counts that person, and NULL otherwise.
    """
    is_active = Account.state == AccountState.ACTIVE
    has_mail = Account.email.is_not(None)
    is_away = exists().where(Absence.person_id == person_id, runs(now))
    return [
        case((condition, person_id))
        for condition in (
            and_(is_active, has_mail),
            and_(is_active, not_(has_mail)),
            func.coalesce(Account.state, "") != AccountState.ACTIVE,
            is_away,
        )
    ]


def _beyond(every: Select[Appointment], space: Space, count: int) -> int:
    """Count the people of an audience beyond the space's reach; usually there are none."""
    outside = every.where(not_(is_reached(space))).with_only_columns(Appointment.id).limit(1)
    if db.session.scalar(outside) is None:
        return 0
    people = every.with_only_columns(Appointment.person_id).distinct().subquery()
    return (db.session.scalar(select(func.count()).select_from(people)) or 0) - count


def frozen(publication: Publication) -> AudienceCounts:
    """Count the recipients at the time of sending."""
    sent = Recipient.publication_id == publication.id
    found = select(Recipient.unit_id, func.count()).where(sent).group_by(Recipient.unit_id)
    by_unit = _by_unit(dict(db.session.execute(found).all()))
    count, agencies = sum(number for _unit, number in by_unit), 0
    if any(unit.agency_id != publication.agency_id for unit, _number in by_unit):
        agencies = len({unit.agency_id for unit, _number in by_unit} - {publication.agency_id})
        people = select(func.count(Recipient.person_id.distinct())).where(sent)
        count = db.session.scalar(people) or 0
    return AudienceCounts(count, by_unit, agencies=agencies)


def _without_consent(every: Select[Appointment], space: Space) -> int:
    """Count the other agencies with people in the audience whom the circular does not reach."""
    theirs = every.where(
        Post.agency_id != space.agency_id, not_(reaches(space)), not_(consents_to(space.id))
    ).with_only_columns(Post.agency_id)
    reached_ones = every.where(consents_to(space.id)).with_only_columns(Post.agency_id)
    left_out = theirs.where(Post.agency_id.not_in(reached_ones)).distinct().subquery()
    return db.session.scalar(select(func.count()).select_from(left_out)) or 0


def _by_unit(numbers: Mapping[UUID, int]) -> list[tuple[Unit, int]]:
    """Return units with their numbers, the largest first."""
    units = db.session.scalars(select(Unit).where(Unit.id.in_(numbers)))
    found = [(unit, numbers[unit.id]) for unit in units]
    return sorted(found, key=lambda one: (-one[1], one[0].sort_key))


def freeze(session: Session, publication: Publication, audience: Audience, now: datetime) -> int:
    """Store the audience at this instant in one statement; return the number of rows."""
    people = reached(audience, publication.space, now).subquery()
    names = ("publication_id", "person_id", "post_id", "unit_id", "agency_id", "confirmed_version")
    rows = select(
        literal(publication.id, Recipient.publication_id.type).label("publication_id"),
        people.c.person_id,
        people.c.post_id,
        people.c.unit_id,
        people.c.agency_id,
        case((people.c.person_id.in_(senders_of(publication, now)), NOT_ASKED), else_=0),
    )
    return session.execute(insert(Recipient).from_select(names, rows)).rowcount  # type: ignore[attr-defined, no-any-return]
