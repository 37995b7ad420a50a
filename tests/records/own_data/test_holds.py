"""Erasure under a hold: carried out as without one, while the hold keeps what it covers."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.messages.drafting import save_draft
from intranet.messaging.messages.models import Message, MessageDraft
from intranet.organisation.agencies.operations.administrations import give_role
from intranet.organisation.agencies.roles import AgencyRole
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.records.holds.models import HeldItem, HeldKind, TargetKind
from intranet.records.holds.operations import HoldTerms, end_hold, erase_ended, place_hold
from tests.messaging.messages.helpers import channel_of, say
from tests.records.own_data.helpers import erase

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


def test_what_goes_with_the_person_is_kept_until_the_hold_ends(cast, hold):
    name = cast.xoel.name
    said = say(cast.xoel, channel_of(cast.urban_planning), "De Xoel.")
    save_draft(cast.xoel, channel_of(cast.urban_planning), "Sin enviar.")
    placed = hold(cast.xoel)
    erase(cast, cast.xoel)
    db.session.expire_all()
    assert db.session.get_one(Person, cast.xoel.id).name != name
    assert db.session.scalar(select(MessageDraft)) is None
    assert db.session.get_one(Message, said.id).body == "De Xoel."
    kept = {item.kind: item for item in db.session.scalars(select(HeldItem))}
    assert kept[HeldKind.PERSON].title == name
    assert kept[HeldKind.MESSAGE_DRAFT].body == "Sin enviar."

    end_hold(cast.nadia, placed, "Archivado.")
    with clock.freeze(clock.now() + timedelta(days=8)):
        erase_ended()
        assert db.session.scalar(select(HeldItem)) is None


def test_what_a_hold_on_others_covers_is_kept_as_it_was(cast, hold):
    name = cast.xoel.name
    words = f"Pregunta a @[{name}](person:{cast.xoel.id})."
    said = say(cast.carles, channel_of(cast.urban_planning), words)
    hold(cast.carles)
    erase(cast, cast.xoel)
    assert name not in db.session.get_one(Message, said.id).body
    assert db.session.scalars(select(HeldItem.body)).all() == [words]
