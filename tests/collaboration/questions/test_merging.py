"""Duplicates: joined without circles, in one step, with who follows and who was asked."""

import pytest
from sqlalchemy import select

from intranet.attention.notifications.models import Notification
from intranet.collaboration.questions.models import Addressee, QuestionState
from intranet.collaboration.questions.operations.answering import accept_answer
from intranet.collaboration.questions.operations.asking import QuestionAddressee
from intranet.collaboration.questions.operations.merging import join_question
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.spaces.models import Visibility
from intranet.platform.core.errors import Forbidden, Invalid
from intranet.platform.core.outbox import run_due
from intranet.platform.index.models import SearchDocument
from intranet.publishing.publications.follows import Follow, FollowKind
from intranet.publishing.publications.operations.following import follow
from tests.collaboration.questions.helpers import FUNCTION, answer, asked, expert, routed, town


def followers(question):
    rows = select(Follow.person_id).where(Follow.subject == question.publication_id.hex)
    return set(db.session.scalars(rows))


@pytest.fixture
def three(cast, app_context):
    return [asked(cast.bieito, f"Pregunta {number}?") for number in range(3)]


@pytest.mark.slow
@pytest.mark.both
def test_who_follows_it_and_who_was_asked_go_along(cast, app_context):
    one = expert(town("Foz", "L01990401", "ES-GA-27"), "Iago Otero", function=FUNCTION)
    first = asked(cast.elna, "Antes?")
    second = asked(cast.bieito, "Despois?", to=QuestionAddressee(Addressee.FUNCTION, FUNCTION))
    follow(cast.ana, FollowKind.PUBLICATION, str(second.publication_id))
    assert [row.person_id for row in routed(second)] == [one.id]

    join_question(cast.bieito, second, first)

    assert second.state == QuestionState.JOINED
    assert second.joined_to_id == first.publication_id
    assert followers(first) == {cast.ana.id, cast.bieito.id}
    assert [row.person_id for row in routed(first)] == [one.id]
    assert routed(second) == []
    assert db.session.get_one(Conversation, second.publication.conversation_id).archived_at
    run_due()
    told = db.session.scalars(select(Notification).where(Notification.why == "joined"))
    assert [(one.person_id, len(one.key) <= 80) for one in told] == [(cast.ana.id, True)]
    kept = select(SearchDocument).where(SearchDocument.subject_id == second.publication_id)
    assert db.session.scalar(kept) is None


def test_there_are_no_circles_and_chains_are_one_step_long(cast, three):
    first, second, third = three
    join_question(cast.bieito, first, second)
    with pytest.raises(Invalid):
        join_question(cast.bieito, second, first)
    with pytest.raises(Invalid):
        join_question(cast.bieito, second, second)
    join_question(cast.bieito, second, third)
    db.session.refresh(first)
    assert first.joined_to_id == second.joined_to_id == third.publication_id
    for one in (first, second):
        with pytest.raises(Invalid):
            join_question(cast.bieito, third, one)
    assert third.joined_to_id is None


def test_what_is_joined_to_a_joined_one_leads_to_its_end(cast, three):
    first, second, third = three
    join_question(cast.bieito, first, second)
    assert join_question(cast.bieito, third, first) is second


def test_only_who_asked_and_who_leads_the_place_join_it(cast, three):
    for person in (cast.ana, cast.elna):
        with pytest.raises(Forbidden):
            join_question(person, three[0], three[1])


@pytest.mark.slow
def test_nothing_becomes_of_a_joined_question_any_more(cast, three):
    message = answer(cast.elna, three[0])
    join_question(cast.bieito, three[0], three[1])
    with pytest.raises(Forbidden):
        accept_answer(cast.bieito, three[0], message.id)
    with pytest.raises(Forbidden):
        answer(cast.elna, three[0])
    with pytest.raises(Forbidden):
        join_question(cast.bieito, three[0], three[2])


def test_it_is_not_joined_to_what_fewer_people_read(cast, three):
    within = asked(cast.bieito, "Só nós?", visibility=Visibility.AGENCY)
    with pytest.raises(Invalid):
        join_question(cast.bieito, three[0], within)
    join_question(cast.bieito, within, three[0])


@pytest.mark.slow
def test_the_old_address_leads_to_the_other_with_a_note(app, cast, client_of):
    with app.app_context():
        first, second = asked(cast.bieito, "Unha?"), asked(cast.bieito, "Dúas?")
        ids = [str(one.publication_id) for one in (first, second)]
    asker, reader = client_of(cast.bieito), client_of(cast.elna)
    address = f"/questions/{ids[0]}/join"
    assert ids[1] in asker.get(address).text or asker.get(address).status_code == 200
    refused = asker.submit(address, {"target": "nothing"})
    assert refused.status_code == 422
    done = asker.submit(address, {"target": f"https://intranet.example/questions/{ids[1]}?x=1"})
    assert done.status_code == 303
    moved = reader.get(f"/questions/{ids[0]}?lang=en")
    assert moved.status_code == 302
    assert ids[1] in moved.location
    assert "merged with this one" in reader.get(moved.location + "&lang=en").text
