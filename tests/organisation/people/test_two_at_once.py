"""Two who do the same at once: one place is filled once, one change is not lost."""

import threading
from datetime import date

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.agencies.operations.units import create_unit, move_unit
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.operations.appointments import appoint, end_appointment
from intranet.organisation.people.operations.people import rename_person
from intranet.platform.audit.queries import first_broken_number
from intranet.platform.core.errors import Conflict, Invalid
from intranet.platform.core.types import Localized
from tests.delivery.realtime.clients import PATIENCE


def at_once(app, *doings):
    """Do all at once, each in a context of its own; give what each returned or was refused with."""
    outcomes: list[object] = [None] * len(doings)
    start = threading.Barrier(len(doings))

    def run(number, do):
        with app.app_context():
            start.wait()
            try:
                outcomes[number] = do()
            except (Conflict, Invalid) as refusal:
                outcomes[number] = refusal

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(doings)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return outcomes


def test_one_place_is_filled_once(app, cast):
    people = [cast.xoel.id, cast.iria.id, cast.nadia.id, cast.rosa.id, cast.uxia.id]
    post_id = cast.head_of_licences_post.id

    def appointing(person_id):
        return lambda: appoint(
            None,
            db.session.get_one(Post, post_id),
            db.session.get_one(Person, person_id),
            starts_on=date(2026, 1, 1),
        )

    outcomes = at_once(app, *map(appointing, people))

    assert sum(isinstance(outcome, Appointment) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Invalid) for outcome in outcomes) == 4


def test_one_appointment_ends_once(app, cast):
    with app.app_context():
        of_xoel = select(Appointment.id).where(Appointment.person_id == cast.xoel.id)
        row_id = db.session.scalars(of_xoel).one()

    outcomes = at_once(
        app, *[lambda: end_appointment(None, db.session.get_one(Appointment, row_id))] * 5
    )

    assert sum(isinstance(outcome, Appointment) for outcome in outcomes) == 1


def test_of_two_changes_to_one_version_one_is_told(app, cast):
    person_id, agency = cast.ana.id, cast.monteclaro

    def naming(name):
        return lambda: rename_person(
            None, agency, db.session.get_one(Person, person_id), name, version=1
        )

    outcomes = at_once(app, *map(naming, ("Ana A.", "Ana B.", "Ana C.")))

    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 2


def test_two_moves_make_no_circle(app, cast):
    with app.app_context():
        one = create_unit(None, cast.town_hall, Localized(es="Uno")).id
        two = create_unit(None, cast.town_hall, Localized(es="Dos")).id

    def moving(unit_id, parent_id):
        return lambda: move_unit(
            None, db.session.get_one(Unit, unit_id), db.session.get_one(Unit, parent_id)
        )

    outcomes = at_once(app, moving(one, two), moving(two, one))

    assert sum(isinstance(outcome, Unit) for outcome in outcomes) == 1
    with app.app_context():
        for unit in db.session.scalars(select(Unit)):
            parent = db.session.get(Unit, unit.parent_id) if unit.parent_id else None
            assert unit.path == f"{parent.path if parent else '/'}{unit.id.hex}/"


def test_units_made_at_once_have_different_codes(app, cast):
    parent_id = cast.licences.id

    def make():
        parent = db.session.get_one(Unit, parent_id)
        return create_unit(None, parent, Localized(es="Nueva")).code

    codes = at_once(app, *[make] * 5)

    assert len(set(codes)) == 5
    assert None not in codes
    with app.app_context():
        assert first_broken_number(cast.monteclaro.id) is None
