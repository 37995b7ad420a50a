"""Lines of a hand-over for initiatives of which a post is a contact, without owning them."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from intranet.collaboration.initiatives.models import Adoption, Contact
from intranet.extensions import db
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.models import Person
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.unit_of_work import Work
from intranet.publishing.publications.models import Publication
from intranet.records.hand_over.line_kinds import (
    MAX_LINES,
    HandOverItem,
    HandOverScope,
    LeftThing,
    LineKind,
    Way,
    declare,
    way,
)
from intranet.records.hand_over.nobody import unheld_posts, without_deputies
from intranet.records.hand_over.publication_lines import found, known_ids, readable_ids, titles_now

CONTACT, ADOPTION = "contact", "adoption"


def _address(publication_id: UUID) -> Way:
    return way("initiatives.show", publication_id=publication_id)


def _contacts(scope: HandOverScope) -> list[HandOverItem]:
    named = select(Contact.publication_id).where(Contact.post_id == scope.post.id)
    settled = Publication.id.in_(scope.settled(CONTACT))
    rows = found(or_(Publication.id.in_(named), settled))
    titles, open_to = titles_now(rows), readable_ids(scope.viewer, rows)
    return [
        HandOverItem(
            CONTACT,
            row.id,
            titles[row.id],
            _("The post is a contact of this initiative"),
            _address(row.id) if row.id in open_to else None,
            "rocket",
        )
        for row in rows
    ]


def _take_contact(work: Work, scope: HandOverScope, publication_id: UUID) -> None:
    if scope.moves and scope.heir:
        _replace(work, publication_id, [scope.post.id], scope.heir)


def _replace(work: Work, publication_id: UUID, post_ids: Sequence[UUID], by: Post) -> None:
    work.locked(Publication, publication_id)
    rows = select(Contact).where(
        Contact.publication_id == publication_id, Contact.post_id.in_(post_ids)
    )
    for row in db.session.scalars(rows).all():
        work.delete(row)
    work.flush()
    work.add_unless_there(Contact, {"publication_id": publication_id, "post_id": by.id})


def _contacts_left(agency: Agency) -> list[LeftThing]:
    rows = db.session.execute(
        select(Contact.publication_id, Contact.post_id)
        .where(Contact.post_id.in_(unheld_posts(agency)))
        .limit(MAX_LINES)
    ).all()
    return _left(
        CONTACT, {row.publication_id: (row.publication_id, row.post_id) for row in rows}, agency
    )


def _left(kind: str, wanted: dict[UUID, tuple[UUID, UUID]], agency: Agency) -> list[LeftThing]:
    """Return things of initiatives by their id, with the initiative and the post of each."""
    there = found(Publication.id.in_({publication_id for publication_id, _ in wanted.values()}))
    titles = titles_now(there)
    things = [
        LeftThing(
            kind, thing_id, titles[publication_id], post_id=post_id, way=_address(publication_id)
        )
        for thing_id, (publication_id, post_id) in wanted.items()
        if publication_id in titles
    ]
    return without_deputies(things, agency)


def _give_contact(work: Work, publication_id: UUID, post: Post, _actor: Person) -> None:
    unheld = db.session.scalars(unheld_posts(post.unit.agency)).all()
    _replace(work, publication_id, unheld, post)


def _adoptions(scope: HandOverScope) -> list[HandOverItem]:
    rows = _current(
        or_(Adoption.contact_id == scope.post.id, Adoption.id.in_(scope.settled(ADOPTION)))
    )
    there = found(Publication.id.in_([row.publication_id for row in rows]))
    titles, open_to = titles_now(there), readable_ids(scope.viewer, there)
    return [
        HandOverItem(
            ADOPTION,
            row.id,
            titles[row.publication_id],
            _("The post answers for how %(agency)s uses it", agency=_name(row.agency)),
            _address(row.publication_id) if row.publication_id in open_to else None,
            "rocket",
        )
        for row in rows
        if row.publication_id in titles
    ]


def _current(condition: ColumnElement[bool]) -> Sequence[Adoption]:
    wanted = (
        select(Adoption)
        .where(Adoption.replaced_at.is_(None), condition)
        .options(joinedload(Adoption.agency))
        .order_by(Adoption.at.desc(), Adoption.id)
        .limit(MAX_LINES)
    )
    return db.session.scalars(wanted).all()


def _name(agency: Agency) -> str:
    return agency.name.text(agency.language)


def _take_adoption(work: Work, scope: HandOverScope, adoption_id: UUID) -> None:
    row = work.locked(Adoption, adoption_id)
    if scope.moves and scope.heir and row.contact_id == scope.post.id:
        row.contact_id = scope.heir.id


def _adoptions_left(agency: Agency) -> list[LeftThing]:
    rows = _current(Adoption.contact_id.in_(unheld_posts(agency)))
    return _left(ADOPTION, {row.id: (row.publication_id, row.contact_id) for row in rows}, agency)


def _adoptions_seen(viewer: Person, ids: Collection[UUID]) -> set[UUID]:
    rows = db.session.execute(
        select(Adoption.id, Adoption.publication_id).where(Adoption.id.in_(ids))
    ).all()
    known = known_ids(viewer, {row.publication_id for row in rows})
    return {row.id for row in rows if row.publication_id in known}


def _give_adoption(work: Work, adoption_id: UUID, post: Post, _actor: Person) -> None:
    work.locked(Adoption, adoption_id).contact_id = post.id


declare(
    LineKind(
        name=CONTACT,
        word=_l("Contact of an initiative"),
        icon="rocket",
        lines=_contacts,
        take=_take_contact,
        left=_contacts_left,
        seen=known_ids,
        give=_give_contact,
    )
)
declare(
    LineKind(
        name=ADOPTION,
        word=_l("Contact for the use of an initiative"),
        icon="rocket",
        lines=_adoptions,
        take=_take_adoption,
        left=_adoptions_left,
        seen=_adoptions_seen,
        give=_give_adoption,
    )
)
