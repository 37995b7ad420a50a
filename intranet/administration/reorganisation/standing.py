"""Announcements, roles, groups and rules that stand on units and posts of a plan."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from intranet.administration.reorganisation.consequences import (
    Consequence,
    ConsequenceKind,
    ConsequenceRow,
)
from intranet.administration.reorganisation.readings import PlanReading
from intranet.administration.reorganisation.room_names import room_names
from intranet.extensions import db
from intranet.messaging.spaces.models import AudienceAtom, Space, SpaceKind
from intranet.organisation.agencies.models import Administration, Agency, Post
from intranet.organisation.agencies.role_labels import ROLE_NAMES
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import in_parts
from intranet.platform.core import clock
from intranet.platform.core.i18n import _, ngettext
from intranet.publishing.publications.announcement_models import Announcement, Recipient
from intranet.publishing.publications.models import Publication, PublicationText

PLACES = ("unit", "heads")


def standing_things(
    agency: Agency, found: PlanReading, viewer: Person | None
) -> Iterator[Consequence]:
    """Yield what a plan means for open announcements, roles, deputies, groups and rules."""
    touched = _touched_posts(found)
    yield from _of_announcements(agency, found, touched, viewer)
    yield from _of_roles(found, touched)
    yield from _of_deputies(found)
    yield from _of_groups(agency, found, touched, viewer)
    yield from _of_audiences(agency, found, viewer)


def _touched_posts(found: PlanReading) -> set[UUID]:
    return {post.id for post in (*found.moved_posts, *found.ended_posts)}


def _of_announcements(
    agency: Agency, found: PlanReading, touched: Collection[UUID], viewer: Person | None
) -> Iterator[Consequence]:
    """Yield the announcements that are still to be confirmed by people of touched units."""
    units = {found.before.posts[post_id].unit_id for post_id in touched}
    today = clock.today(agency.time_zone)
    concerned: set[UUID] = set()
    for some in in_parts(units):
        rows = select(Recipient.publication_id).where(Recipient.unit_id.in_(some)).distinct()
        open_ones = select(Announcement.publication_id).where(
            Announcement.due_on >= today, Announcement.publication_id.in_(rows)
        )
        concerned.update(db.session.scalars(open_ones))
    if not concerned:
        return
    counted = db.session.execute(
        select(
            Recipient.publication_id,
            Publication.space_id,
            func.count(Recipient.person_id.distinct()),
        )
        .join(Publication, Publication.id == Recipient.publication_id)
        .where(Recipient.publication_id.in_(concerned), Publication.withdrawn_at.is_(None))
        .group_by(Recipient.publication_id, Publication.space_id)
    ).all()
    titles = _titles([row[0] for row in counted], found.before.language)
    rooms = room_names([row[1] for row in counted], agency, viewer)
    rows_shown = [
        ConsequenceRow(
            titles.get(publication_id, "") if space_id in rooms.known else rooms.of(space_id),
            ngettext("%(num)s addressee", "%(num)s addressees", number),
            "",
            publication_id,
        )
        for publication_id, space_id, number in counted
    ]
    if rows_shown:
        yield Consequence(
            ConsequenceKind.ANNOUNCEMENTS,
            len(rows_shown),
            ngettext("%(num)s open announcement", "%(num)s open announcements", len(rows_shown)),
            _("They keep their addressees and their report."),
            rows_shown,
        )


def _titles(publication_ids: Sequence[UUID], language: str) -> dict[UUID, str]:
    rows = db.session.execute(
        select(PublicationText.publication_id, PublicationText.language, PublicationText.title)
        .where(PublicationText.publication_id.in_(publication_ids))
        .order_by(PublicationText.language != language)
    )
    found: dict[UUID, str] = {}
    for publication_id, _tag, title in rows:
        found.setdefault(publication_id, title)
    return found


def _of_roles(found: PlanReading, touched: Collection[UUID]) -> Iterator[Consequence]:
    """Yield roles and mandates of posts that move; they stay with the post."""
    rows = []
    for some in in_parts(touched):
        held = select(Administration).where(
            or_(Administration.post_id.in_(some), Administration.deputy_post_id.in_(some)),
            Administration.ended_at.is_(None),
        )
        for row in db.session.scalars(held):
            if row.is_past:
                continue
            title = row.post.title.text(found.before.language)
            whose = row.agency.name.text(row.agency.language)
            detail = (
                f"{ROLE_NAMES[row.role]} · {whose}" if row.is_mandate else str(ROLE_NAMES[row.role])
            )
            rows.append(ConsequenceRow(title, detail, id=row.id))
    if rows:
        yield Consequence(
            ConsequenceKind.ROLES,
            len(rows),
            ngettext(
                "%(num)s role stays with its post", "%(num)s roles stay with their posts", len(rows)
            ),
            ", ".join(row.text for row in rows[:3]),
            rows,
        )


def _of_deputies(found: PlanReading) -> Iterator[Consequence]:
    """Yield the posts whose named substitute the plan ends."""
    ended = {post.id for post in found.ended_posts}
    rows = []
    for some in in_parts(ended):
        led = select(Post).where(Post.fallback_id.in_(some), Post.id.not_in(ended))
        rows += [
            ConsequenceRow(post.title.text(found.before.language), id=post.id)
            for post in db.session.scalars(led)
        ]
    if rows:
        yield Consequence(
            ConsequenceKind.DEPUTIES,
            len(rows),
            ngettext(
                "%(num)s post loses its deputy", "%(num)s posts lose their deputies", len(rows)
            ),
            ", ".join(row.text for row in rows[:3]),
            rows,
        )


def _of_groups(
    agency: Agency, found: PlanReading, touched: Collection[UUID], viewer: Person | None
) -> Iterator[Consequence]:
    """Yield the groups whose responsible post moves or ends, shared ones and their keys too."""
    language, after = found.before.language, found.after
    rows = []
    for some in in_parts(touched):
        groups = select(Space).where(
            Space.owner_post_id.in_(some),
            Space.kind == SpaceKind.GROUP,
            Space.archived_at.is_(None),
        )
        owned = db.session.scalars(groups.order_by(Space.id)).all()
        names = room_names([group.id for group in owned], agency, viewer)
        for group in owned:
            post = after.posts[group.owner_post_id] if group.owner_post_id else None
            ends = post is None or post.ended
            unit = after.units[post.unit_id].name.text(language) if post and not ends else ""
            detail = _("its responsible post ends") if ends else _("goes to %(unit)s", unit=unit)
            href = f"/groups/{group.id}" if group.id in names.known else ""
            rows.append(ConsequenceRow(names.of(group.id), detail, href, group.id))
    if rows:
        yield Consequence(
            ConsequenceKind.GROUPS,
            len(rows),
            ngettext("%(num)s group", "%(num)s groups", len(rows)),
            "; ".join(f"“{row.text}” {row.detail}" for row in rows[:2]),
            rows,
        )


def _of_audiences(
    agency: Agency, found: PlanReading, viewer: Person | None
) -> Iterator[Consequence]:
    """Yield the groups and the announcements to come that name units which end."""
    ended = [unit.id for unit in found.ended]
    keys = [f"{place}{more}:{each}" for each in ended for place in PLACES for more in ("", "+")]
    named = select(AudienceAtom.space_id).where(AudienceAtom.key.in_(keys))
    groups = select(Space.id).where(Space.id.in_(named), Space.kind == SpaceKind.GROUP)
    ids = db.session.scalars(groups.order_by(Space.id)).all()
    names = room_names(ids, agency, viewer)
    rows = [ConsequenceRow(names.of(each), _("who is in the group"), id=each) for each in ids]
    coming = db.session.execute(
        select(Publication.id, Announcement.audience)
        .join(Announcement, Announcement.publication_id == Publication.id)
        .where(
            Publication.agency_id == agency.id,
            Publication.published_at.is_(None),
            Publication.withdrawn_at.is_(None),
        )
    ).all()
    gone = {str(unit_id) for unit_id in ended}
    concerned = [row.id for row in coming if _names_any(row.audience, gone)]
    if scheduled := len(concerned):
        rows.append(
            ConsequenceRow(
                ngettext(
                    "%(num)s announcement to come", "%(num)s announcements to come", scheduled
                ),
                _("whom it is for"),
            )
        )
    if rows:
        yield Consequence(
            ConsequenceKind.AUDIENCES,
            len(rows),
            ngettext(
                "%(num)s rule names a unit that ends",
                "%(num)s rules name units that end",
                len(rows),
            ),
            _("They name the new unit from then on."),
            rows,
        )


def _names_any(audience: Any, unit_ids: Collection[str]) -> bool:
    atoms = [*(audience or {}).get("any", ()), *(audience or {}).get("except", ())]
    return any(atom.get(place) in unit_ids for atom in atoms for place in PLACES)
