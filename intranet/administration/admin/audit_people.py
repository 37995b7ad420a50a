"""The entries of the audit log about a person, or about a unit, a post or a group."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select

from intranet.administration.admin.access import people_of
from intranet.administration.admin.typed_choices import find_person, matches_words
from intranet.collaboration.groups.access import is_visible_to_administrators
from intranet.collaboration.groups.models import Group
from intranet.extensions import db
from intranet.messaging.spaces.models import Space
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.models import Administration, Agency, Post, Unit
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import is_named
from intranet.platform.core.errors import Invalid

MAX_PEOPLE, MAX_THINGS = 50, 200


def ids_about(agency: Agency, typed: str) -> frozenset[UUID]:
    """Return the ids of people who match, and of their accounts and appointments here.

    Args:
        typed: a name or the beginnings of its words, a sign-in name, or an id.
    """
    people = _people_called(agency, typed)
    accounts = select(Account.id).where(Account.person_id.in_(people))
    appointments = (
        select(Appointment.id)
        .join(Post, Post.id == Appointment.post_id)
        .where(Appointment.person_id.in_(people), Post.agency_id == agency.id)
    )
    return frozenset((*people, *db.session.scalars(accounts), *db.session.scalars(appointments)))


def _people_called(agency: Agency, typed: str) -> Sequence[UUID]:
    try:
        return [find_person(agency, typed, "person").id]
    except Invalid:  # several people match, or nobody does
        return db.session.scalars(
            select(Person.id)
            .where(people_of(agency), is_named(typed))
            .order_by(Person.sort_key, Person.id)
            .limit(MAX_PEOPLE)
        ).all()


def ids_of_things(agency: Agency, typed: str) -> frozenset[UUID]:
    """Return the ids of units, posts and groups, and of the appointments and roles of the posts.

    Args:
        typed: a name, or the beginnings of its words, a handle, a code or an id.
    """
    key = typed.rpartition("(")[2].rstrip(")").lstrip("@").strip()
    posts = select(Post.id).where(
        Post.agency_id == agency.id,
        or_(matches_words(typed, Post.sort_key), Post.handle == key.lower(), Post.code == key),
    )
    units = select(Unit.id).where(
        Unit.agency_id == agency.id, or_(matches_words(typed, Unit.sort_key), Unit.code == key)
    )
    named = select(Group.space_id).where(matches_words(typed, Group.sort_key))
    groups = select(Space.id).where(
        Space.agency_id == agency.id, Space.id.in_(named), is_visible_to_administrators()
    )
    found = set(db.session.scalars(posts.limit(MAX_THINGS)))
    appointments = select(Appointment.id).where(Appointment.post_id.in_(found))
    roles = select(Administration.id).where(Administration.post_id.in_(found))
    things = (units.limit(MAX_THINGS), groups.limit(MAX_THINGS), appointments, roles)
    found.update(*(db.session.scalars(one) for one in things))
    return frozenset(found | {UUID(typed)} if _is_id(typed) else found)


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False
