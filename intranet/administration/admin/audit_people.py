"""The entries of the audit log about a person: what they did, and what was done to them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from intranet.administration.admin.access import people_of
from intranet.administration.admin.typed_choices import find_person
from intranet.extensions import db
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import is_named
from intranet.platform.core.errors import Invalid

MAX_PEOPLE = 50


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
