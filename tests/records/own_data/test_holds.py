"""Erasure under a hold: it waits without a word of the hold, and keeps what a hold covers."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.messages.models import Message
from intranet.organisation.agencies.operations.administrations import give_role
from intranet.organisation.agencies.roles import AgencyRole
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict
from intranet.platform.core.outbox import Pace, run_due
from intranet.records.holds.models import HeldItem, TargetKind
from intranet.records.holds.operations import HoldTerms, end_hold, place_hold
from intranet.records.own_data.erasure_blocks import MUST_STAY
from intranet.records.own_data.erasures import agree, ask_for_erasure, ask_for_own_erasure
from tests.messaging.messages.helpers import channel_of, say
from tests.records.own_data.helpers import erase, latest, leave

pytestmark = pytest.mark.both


@pytest.fixture
def hold(app_context, cast):
    """Nadia keeps the records of Monteclaro and places confidential holds on people."""
    give_role(None, cast.monteclaro, cast.head_of_procurement_post, AgencyRole.RECORDS)

    def make(person):
        terms = HoldTerms(
            title="Asunto",
            reason="Lo ordena el juzgado.",
            reference="",
            since=clock.today("Europe/Madrid") - timedelta(days=9),
            until=None,
            is_confidential=True,
            targets=((TargetKind.PERSON, person.id, ""),),
        )
        return place_hold(cast.nadia, cast.monteclaro, terms)

    return make


def test_a_hold_on_the_person_is_in_the_way_and_they_do_not_learn_of_it(cast, hold, client_of):
    hold(cast.xoel)
    assert ask_for_own_erasure(cast.xoel).is_open
    leave(cast.xoel)
    with pytest.raises(Conflict) as refused:
        agree(cast.dorleta, latest(cast.xoel))
    assert refused.value.detail == MUST_STAY.words
    assert "hold" not in str(MUST_STAY.words).lower()


def test_a_hold_after_the_second_yes_is_waited_for_however_long_it_lasts(cast, hold):
    leave(cast.xoel)
    agree(cast.nadia, ask_for_erasure(cast.dorleta, cast.monteclaro, cast.xoel))
    placed = hold(cast.xoel)
    begun = clock.now()
    for days in (0, 20, 40, 60):
        with clock.freeze(begun + timedelta(days=days)):
            run_due(pace=Pace.LONG)
            assert not db.session.get_one(Person, cast.xoel.id).erased_at
    with clock.freeze(begun + timedelta(days=61)):
        end_hold(cast.nadia, placed, "Archivado.")
        run_due(pace=Pace.LONG)
    with clock.freeze(begun + timedelta(days=70)):
        run_due(pace=Pace.LONG)
        db.session.expire_all()
        assert db.session.get_one(Person, cast.xoel.id).erased_at


def test_what_a_hold_on_others_covers_is_kept_as_it_was(cast, hold):
    name = cast.xoel.name
    words = f"Pregunta a @[{name}](person:{cast.xoel.id})."
    said = say(cast.carles, channel_of(cast.urban_planning), words)
    hold(cast.carles)
    erase(cast, cast.xoel)
    assert name not in db.session.get_one(Message, said.id).body
    assert db.session.scalars(select(HeldItem.body)).all() == [words]
