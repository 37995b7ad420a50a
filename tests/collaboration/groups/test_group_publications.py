"""What is published in a group, by who may read it."""

from uuid import UUID

import pytest

from intranet.collaboration.polls.operations.opening import PollRules, open_poll
from intranet.collaboration.questions.operations.asking import QuestionAddressee, publish_question
from intranet.extensions import db
from intranet.messaging.spaces.models import Reach, Space, Visibility
from intranet.organisation.people.queries import current_appointments
from intranet.publishing.publications.operations.drafting import Written
from intranet.publishing.publications.placement import PublicationPlacement
from tests.collaboration.groups.helpers import group_of


@pytest.fixture
def group(app, cast):
    """One of the whole network, by Carles: a poll for its people, then a question for everybody."""
    with app.app_context():
        made = group_of(cast.carles)
        post = current_appointments(cast.carles.id)[0].post
        written = {"es": Written("¿Quedamos en mayo?", "")}
        members, network = Visibility.MEMBERS, Visibility.NETWORK
        rules = PollRules(options=("Sí", "No"))
        open_poll(cast.carles, made.space, post, written, rules, visibility=members)
        asked(
            cast.carles,
            "¿Quién tiene una ordenanza?",
            PublicationPlacement(made.space, post, network),
        )
        return made.space_id


def asked(author, title, place, **more):
    return publish_question(
        author, place, {"es": Written(title, "¿Cómo lo hacéis?")}, QuestionAddressee(), **more
    )


def shown(client, group, query=""):
    return client.get(f"/groups/{group}/published?lang=en{query}").text


@pytest.mark.slow
@pytest.mark.both
def test_it_lists_every_kind_newest_first_and_one_kind_if_asked(cast, client_of, group):
    client = client_of(cast.carles)

    text = shown(client, group)
    assert text.index("¿Quién tiene una ordenanza?") < text.index("¿Quedamos en mayo?")
    text = shown(client, group, "&kind=poll")
    assert "¿Quedamos en mayo?" in text
    assert "ordenanza" not in text
    assert "Nothing has been published here that you can read" in shown(
        client, group, "&kind=event"
    )


@pytest.mark.slow
def test_who_is_not_in_the_group_reads_only_what_was_put_beyond_it(cast, client_of, group):
    text = shown(client_of(cast.iria), group)

    assert "¿Quién tiene una ordenanza?" in text
    assert "¿Quedamos en mayo?" not in text


def test_a_group_one_may_not_know_of_lists_nothing(app, cast, client_of):
    with app.app_context():
        closed = group_of(cast.carles, reach=Reach.AGENCY, is_listed=False).space_id

    client = client_of(cast.guillem)
    assert client.get(f"/groups/{closed}/published").status_code == 404
    assert client.get(f"/groups/{UUID(int=9)}/published").status_code == 404


@pytest.mark.slow
@pytest.mark.both
def test_a_question_without_a_name_does_not_betray_its_place(app, cast, client_of, group):
    with app.app_context():
        post = current_appointments(cast.carles.id)[0].post
        space = db.session.get_one(Space, group)
        place = PublicationPlacement(space, post, Visibility.NETWORK)
        asked(cast.carles, "¿Se puede prorrogar?", place, is_named=False)

    assert "¿Se puede prorrogar?" not in shown(client_of(cast.iria), group)
