"""Each person whom a plan concerns gets one note, and another one when it is undone."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.administration.reorganisation.jobs import forget_old, tell_people
from intranet.administration.reorganisation.models import PlanImage, PlanNote
from intranet.administration.reorganisation.undoing import undo
from intranet.attention.notifications.facts import facts_of
from intranet.attention.notifications.models import Kind, Notification
from intranet.extensions import db
from intranet.platform.core import clock
from intranet.platform.core.outbox import run_due
from tests.administration.reorganisation.plans import applied
from tests.cast import sign_in


def told(person):
    db.session.rollback()
    rows = db.session.scalars(
        select(Notification)
        .where(Notification.person_id == person.id, Notification.kind == Kind.ORGANISATION)
        .order_by(Notification.id)
    ).all()
    return [(fact.row.why, fact.words) for fact in facts_of(person, rows)]


def merged(cast):
    plan = applied(
        cast.dorleta,
        cast.monteclaro,
        {"kind": "merge", "units": [cast.licences.id], "into": cast.procurement.id},
    )
    while run_due():
        pass
    return plan


@pytest.mark.both
def test_one_note_for_each_person_concerned(app_context, cast):
    plan = merged(cast)
    tell_people({"plan_id": str(plan.id)})  # a second run tells nobody twice

    [(why, words)] = told(cast.ana)
    assert why == "reorganisation"
    assert "Contratación Pública" in words
    assert "Licencias" in words
    [note] = db.session.scalars(select(PlanNote).where(PlanNote.person_id == cast.ana.id))
    assert note.facts["channels"] == ["Contratación Pública"]
    assert told(cast.guillem) == []
    assert told(cast.xoel) == []

    undo(cast.dorleta, plan)
    while run_due():
        pass

    [_first, (why, words)] = told(cast.ana)
    assert why == "reorganisation_undone"
    assert "Licencias" in words
    latest = db.session.scalars(
        select(PlanNote).where(PlanNote.person_id == cast.ana.id, PlanNote.is_undone)
    ).one()
    assert latest.facts["channels"] == ["Urbanismo y Obras", "Licencias"]


def test_a_note_is_read_by_its_person_alone(app, client, cast):
    with app.app_context():
        plan_id = merged(cast).id
    address = f"/reorganisations/{plan_id}"
    assert "Licencias" in sign_in(client, cast.ana).get(address).text
    assert sign_in(app.test_client(), cast.guillem).get(address).status_code == 404
    assert sign_in(app.test_client(), cast.xoel).get(address).status_code == 404


def test_what_undoing_needed_is_forgotten(app_context, cast):
    plan = merged(cast)
    rows = select(PlanImage).where(PlanImage.plan_id == plan.id)
    forget_old(clock.now())
    assert db.session.scalars(rows).first()

    forget_old(clock.now() + timedelta(days=3))
    assert db.session.scalars(rows).first() is None
    assert db.session.scalars(select(PlanNote)).first()

    forget_old(clock.now() + timedelta(days=401))
    assert db.session.scalars(select(PlanNote)).first() is None
