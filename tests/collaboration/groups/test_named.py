"""A group in the audience of something: who may name it, whom it reaches, until when they read."""

import pytest

from intranet.collaboration.groups.models import Joining
from intranet.collaboration.groups.operations import founding, joining
from intranet.collaboration.groups.operations.boards import open_board
from intranet.collaboration.groups.operations.sharing import share_with, turn_back, turn_key
from intranet.extensions import db
from intranet.messaging.spaces.audience import Audience
from intranet.messaging.spaces.models import Reach, Role
from intranet.messaging.spaces.preview import preview
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.people.operations.appointments import appoint, end_appointment
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid, NotFound
from intranet.platform.core.types import Localized
from intranet.publishing.publications.access import get_publication, readers_among
from intranet.publishing.publications.announcement_models import Recipient
from intranet.publishing.publications.models import ANNOUNCEMENT
from intranet.publishing.publications.operations.drafting import (
    Choices,
    Written,
    create_draft,
    save_draft,
    set_audience,
)
from intranet.publishing.publications.operations.publishing import publish
from intranet.publishing.publications.voices import voice_like
from tests.collaboration.groups.helpers import group_of


def board_of_monteclaro(cast):
    board = open_board(cast.dorleta, cast.architect_post)
    joining.invite(cast.xoel, board, cast.iria)
    joining.answer_invitation(cast.iria, board, is_accepted=True)
    return board


def shared_with_monteclaro(cast, *people):
    """A group of Altamar's, with the keys of both turned and these people of Monteclaro in it."""
    group = group_of(cast.elna, reach=Reach.SHARED, joining=Joining.INVITATION)
    share_with(cast.elna, group, cast.monteclaro, "")
    turn_key(cast.guillem, group, cast.altamar, None)
    turn_key(cast.dorleta, group, cast.monteclaro, None)
    for person in people:
        joining.invite(cast.elna, group, person)
        joining.answer_invitation(person, group, is_accepted=True)
    return group


def sent(person, space, audience=None):
    """An announcement of somebody's in a space; without an audience for all."""
    voice = voice_like(person, space.id)
    assert voice
    draft = create_draft(person, ANNOUNCEMENT, voice)
    if audience:
        set_audience(person, draft, Audience.parse(audience), edition=draft.edition)
    language = draft.agency.language
    texts = {language: Written("Aviso", "Texto del aviso.")}
    draft = save_draft(person, draft, texts, Choices(), edition=draft.edition)
    return publish(person, draft, edition=draft.edition)


def naming(group):
    return Audience.parse({"any": [{"group": str(group.space_id)}]})


@pytest.mark.slow
def test_nobody_previews_who_belongs_to_a_board(app_context, cast):
    board = board_of_monteclaro(cast)
    without = {"any": [{"person": str(cast.iria.id)}], "except": [{"group": str(board.space_id)}]}
    for person in (cast.ana, cast.dorleta, cast.carles, cast.xoel, cast.iria):
        for audience in (naming(board), Audience.parse(without)):
            with pytest.raises(Invalid):
                preview(person, audience, clock.now())


def test_nothing_is_sent_to_who_belongs_to_a_board(app_context, cast):
    board = board_of_monteclaro(cast)
    with pytest.raises(Forbidden):
        sent(cast.xoel, board.space)


@pytest.mark.both
def test_who_is_in_a_group_is_previewed_by_its_people_alone(app_context, cast):
    group = group_of(cast.elna)  # everybody of the network reads it
    joining.join(cast.ana, group)

    assert preview(cast.elna, naming(group), clock.now())["count"] == 2
    with pytest.raises(Invalid):
        preview(cast.bieito, naming(group), clock.now())


@pytest.mark.slow
def test_who_is_in_for_an_agency_is_reached_and_speaks_while_they_hold_a_post_there(
    app_context, cast
):
    group = shared_with_monteclaro(cast, cast.ana)
    joining.set_role(cast.elna, group, cast.ana, Role.SPEAKER)
    assert voice_like(cast.ana, group.space_id)
    for held in current_appointments(cast.ana.id):
        end_appointment(None, held)
    post = create_post(None, PostSpec(unit=cast.outeiro_hall, title=Localized({"gl": "Auxiliar"})))
    appoint(None, post, cast.ana, starts_on=clock.today("Europe/Madrid"))

    assert voice_like(cast.ana, group.space_id) is None
    done = sent(cast.elna, group.space)
    assert cast.ana.id not in set(
        db.session.scalars(
            db.select(Recipient.person_id).where(Recipient.publication_id == done.id)
        )
    )


@pytest.mark.slow
@pytest.mark.both
def test_what_was_sent_in_a_group_is_read_no_more_once_a_key_is_turned_back(app_context, cast):
    group = shared_with_monteclaro(cast, cast.ana)
    done = sent(cast.elna, group.space)
    assert get_publication(cast.ana, done.id).id == done.id

    turn_back(cast.dorleta, group, cast.monteclaro)

    assert readers_among(done, [cast.ana.id, cast.elna.id]) == {cast.elna.id}
    with pytest.raises(NotFound):
        get_publication(cast.ana, done.id)


def test_in_an_archived_group_nobody_publishes(app_context, cast):
    group = group_of(cast.elna)
    joining.join(cast.ana, group)
    joining.set_role(cast.elna, group, cast.ana, Role.SPEAKER)
    founding.archive(cast.elna, group)
    assert voice_like(cast.ana, group.space_id) is None
    assert voice_like(cast.elna, group.space_id) is None
