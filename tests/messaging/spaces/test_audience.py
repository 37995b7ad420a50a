"""One audience language: checked, evaluated as SQL, said as a sentence."""

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.spaces.audience import Audience, person_ids
from intranet.messaging.spaces.audience_text import sentence
from intranet.messaging.spaces.groups import create_group_space
from intranet.messaging.spaces.models import Reach, SpaceMember
from intranet.organisation.people.operations.appointments import appoint, end_appointment
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid
from intranet.platform.core.types import Localized

pytestmark = pytest.mark.both


@pytest.fixture
def english_request(app):
    with app.test_request_context("/?lang=en"):
        yield


def people(**expression):
    audience = Audience.parse(expression)
    return set(db.session.scalars(person_ids(audience, clock.now())))


def test_a_unit_alone_and_with_what_is_under_it(english_request, cast):
    unit = str(cast.urban_planning.id)
    alone = people(any=[{"unit": unit}])
    below = people(any=[{"unit": unit, "subtree": True}])
    assert alone == {cast.carles.id, cast.xoel.id}
    assert below > alone
    assert cast.ana.id in below
    assert cast.eloi.id not in below


def test_heads_and_levels_across_agencies(english_request, cast):
    heads = people(any=[{"level": "head", "agency_kind": "municipality"}])
    assert {cast.carles.id, cast.bieito.id, cast.rosa.id, cast.ana.id} <= heads
    assert cast.elna.id not in heads


def test_somebody_with_two_posts_is_there_once_and_exceptions_take_the_person_out(
    english_request, cast
):
    both = [{"agency": str(cast.vilaverde.id)}, {"agency": str(cast.outeiro.id)}]
    assert people(any=both) == {cast.bieito.id}
    out = {"any": both, "except": [{"post": str(cast.outeiro_post.id)}]}
    assert people(**out) == set()


def test_the_heads_of_a_subtree(english_request, cast):
    found = people(any=[{"heads": str(cast.urban_planning.id), "subtree": True}])
    assert found == {cast.carles.id, cast.ana.id}


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"any": []},
        {"any": [{}]},
        {"any": [{"unit": "x"}]},
        {"any": [{"level": 9}]},
        {"any": [{"agency_kind": "kingdom"}]},
        {"any": "everybody"},
        {"any": [{"function": {"$ne": 1}}]},
        {"any": [{"function": "ADM"}] * 51},
    ],
)
def test_an_expression_that_means_nothing_is_refused(english_request, wrong):
    with pytest.raises(Invalid):
        Audience.parse(wrong)


def test_it_is_said_in_words(english_request, cast):
    audience = Audience.parse(
        {
            "any": [{"unit": str(cast.urban_planning.id), "subtree": True}],
            "except": [{"person": str(cast.ana.id)}],
        }
    )
    said = sentence(audience)
    assert "Urbanismo y Obras" in said
    assert "Ana Castro" in said


@pytest.mark.slow
@pytest.mark.parametrize(
    "condition",
    [
        {"agency": "monteclaro"},
        {"unit": "procurement"},
        {"unit": "town_hall", "subtree": True},
        {"heads": "procurement"},
        {"post": "head_of_procurement_post"},
        {"person": "elna"},
        {"level": "head", "agency_kind": "municipality"},
        {"agency_kind": "municipality"},
        {"territory": "ES-CL"},
        {"territory": "ES"},
    ],
)
def test_a_new_appointment_finds_every_space_whose_rule_it_fits(english_request, cast, condition):
    places = {
        kind: str(getattr(cast, name).id) for kind, name in condition.items() if name in cast.ids
    }
    audience = Audience.parse({"any": [{**condition, **places}]})
    for person in (cast.elna, cast.nadia):
        end_appointment(None, current_appointments(person.id)[0])
    space = create_group_space(
        Localized({"es": "Quien encaja"}),
        cast.assistance_post,
        reach=Reach.NETWORK,
        audience=audience,
    )
    today = clock.today("Europe/Madrid")

    made = appoint(None, cast.head_of_procurement_post, cast.elna, starts_on=today)

    there = select(SpaceMember.appointment_id).where(SpaceMember.space_id == space.id)
    assert made.id in set(db.session.scalars(there))
