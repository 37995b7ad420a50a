"""Who is in a room by two of their posts is there once, however that is asked."""

from datetime import date

from sqlalchemy import func, select

from intranet.extensions import db
from intranet.messaging.spaces.queries import current_members, member_count
from intranet.organisation.people.models import AppointmentKind, Person
from intranet.organisation.people.operations.appointments import appoint
from intranet.organisation.people.queries import named_among
from intranet.publishing.publications.voices import people_rung
from tests.messaging.messages.helpers import space_of

ACTING, DAY = AppointmentKind.ACTING, date(2026, 1, 1)


def test_somebody_is_counted_named_and_rung_once(app, cast):
    with app.app_context():
        space = space_of(cast.procurement)
        before = member_count(space.id)
        appoint(None, cast.technician_post, cast.elna, starts_on=DAY)
        appoint(None, cast.head_of_procurement_post, cast.elna, starts_on=DAY, kind=ACTING)
        there = current_members(space.id)
        every = list(db.session.scalars(there))
        rung = list(db.session.scalars(people_rung(space)))

        assert every.count(cast.elna.id) > 1
        assert rung.count(cast.elna.id) == 1
        assert member_count(space.id) == len(set(every)) >= before
        named = select(Person.name).where(Person.id.in_(named_among(there, "elna")))
        assert list(db.session.scalars(named)) == [cast.elna.name]
        nobody = select(func.count()).select_from(named_among(there, "zzz").subquery())
        assert db.session.scalar(nobody) == 0
