"""In whose name somebody publishes, and how far: heads, whom they name, who does communication."""

from datetime import timedelta

import pytest

from intranet.extensions import db
from intranet.messaging.spaces.operations import name_speaker, remove_from_space
from intranet.organisation.agencies.models import Post
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.jobs import publish_due
from intranet.publishing.publications.models import PublicationState
from intranet.publishing.publications.operations.drafting import (
    Choices,
    Written,
    save_draft,
    set_voice,
)
from intranet.publishing.publications.operations.publishing import correct, publish, schedule
from intranet.publishing.publications.voices import voices
from tests.messaging.messages.helpers import space_of
from tests.publishing.publications.helpers import draft, tomorrow


def reach(person) -> set[str]:
    """The units and agencies as far as which somebody publishes, by name."""
    return {voice.place.text("es") for voice in voices(person)}


def test_heads_publish_for_their_units_also_acting_and_nobody_else_does(app_context, cast):
    assert reach(cast.carles) == {cast.urban_planning.name.text("es")}
    assert reach(cast.ana) == {cast.licences.name.text("es")}  # she acts as its head
    assert reach(cast.rosa) == {cast.monteclaro.name.text("es")}
    assert reach(cast.xoel) == reach(cast.eloi) == set()


@pytest.mark.slow
def test_whom_a_head_names_publishes_as_far_but_does_not_ring_at_any_hour(app_context, cast):
    name_speaker(cast.carles, space_of(cast.urban_planning), cast.xoel)
    assert reach(cast.xoel) == {cast.urban_planning.name.text("es")}
    calm = draft(cast.xoel)
    publish(cast.xoel, calm, edition=calm.edition)
    loud = draft(cast.xoel, is_urgent=True, urgent_reason="Inundación.")
    with pytest.raises(Forbidden):
        publish(cast.xoel, loud, edition=loud.edition)
    remove_from_space(cast.carles, space_of(cast.urban_planning), cast.xoel)
    assert reach(cast.xoel) == set()


@pytest.mark.slow
@pytest.mark.both
def test_what_a_head_scheduled_rings_only_if_a_head_lets_it(app_context, cast):
    name_speaker(cast.carles, space_of(cast.urban_planning), cast.xoel)
    later = clock.now() + timedelta(hours=3)
    calm = draft(cast.carles, scheduled_at=later)
    schedule(cast.carles, calm, edition=calm.edition)
    texts = {"es": Written("Sirena", "Prueba de sirenas.")}
    loud = Choices(scheduled_at=later, is_urgent=True, urgent_reason="Porque sí.")
    save_draft(cast.xoel, calm, texts, loud, edition=calm.edition)
    assert calm.state(clock.now()) == PublicationState.DRAFT
    with pytest.raises(Forbidden):
        schedule(cast.xoel, calm, edition=calm.edition)
    schedule(cast.carles, calm, edition=calm.edition)


@pytest.mark.both
def test_a_post_of_communication_publishes_for_its_agency_while_it_is_held(app_context, cast):
    with unit_of_work():
        db.session.get_one(Post, cast.technician_post.id).publishes_for_agency = True
    assert reach(cast.iria) == {cast.monteclaro.name.text("es")}


@pytest.mark.slow
@pytest.mark.both
def test_a_correction_rings_again_only_if_a_head_lets_it(app_context, cast):
    name_speaker(cast.carles, space_of(cast.urban_planning), cast.xoel)
    loud = draft(cast.carles, is_urgent=True, urgent_reason="Inundación.", due_on=tomorrow())
    publish(cast.carles, loud, edition=loud.edition)
    with pytest.raises(Forbidden):
        correct(cast.xoel, loud, "Una coma.", edition=loud.edition, asks_again=True)
    correct(cast.xoel, loud, "Una coma.", edition=loud.edition, asks_again=False)
    correct(cast.carles, loud, "Otra hora.", edition=loud.edition, asks_again=True)
    assert loud.announcement.confirmed_version == 3


@pytest.mark.slow
@pytest.mark.both
def test_what_is_scheduled_in_one_name_is_scheduled_anew_in_another(app_context, cast):
    """A head who was only named elsewhere rings there no more than whoever else was named."""
    name_speaker(cast.nadia, space_of(cast.procurement), cast.carles)
    loud = draft(
        cast.carles,
        is_urgent=True,
        urgent_reason="Inundación.",
        scheduled_at=clock.now() + timedelta(hours=3),
    )
    schedule(cast.carles, loud, edition=loud.edition)
    (elsewhere,) = (v for v in voices(cast.carles) if v.space.unit_id == cast.procurement.id)
    set_voice(cast.carles, loud, elsewhere, edition=loud.edition)
    assert loud.state(clock.now()) == PublicationState.DRAFT
    with pytest.raises(Forbidden):
        schedule(cast.carles, loud, edition=loud.edition)


@pytest.mark.slow
@pytest.mark.both
def test_what_rings_is_held_where_who_scheduled_it_may_no_longer_let_it(app_context, cast):
    later = clock.now() + timedelta(hours=3)
    loud = draft(cast.carles, is_urgent=True, urgent_reason="Inundación.", scheduled_at=later)
    schedule(cast.carles, loud, edition=loud.edition)
    name_speaker(cast.carles, space_of(cast.urban_planning), cast.carles)
    with unit_of_work():  # it is no head's post any more, and its holder was named
        db.session.get_one(Post, cast.head_post.id).is_head = False
    with clock.freeze(later):
        publish_due()
        db.session.refresh(loud)
        assert loud.state(clock.now()) == PublicationState.HELD
        assert loud.held_reason == "voice"
