"""The head of a section retires with rooms, initiatives, announcements and an open question.

The successor comes ten days later; in between somebody writes to the post.
"""

import pytest

from intranet.collaboration.groups.jobs import mend_owners
from intranet.collaboration.questions.models import QuestionRoute
from intranet.extensions import db
from intranet.messaging.conversations.access import readable_among
from intranet.messaging.conversations.listing import listed
from intranet.messaging.conversations.operations import start_post_conversation
from intranet.messaging.messages.posting import post_message
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, NotFound
from intranet.platform.core.ids import uuid7
from intranet.publishing.publications.jobs import publish_due
from intranet.records.hand_over.access import get_standing
from intranet.records.hand_over.left_things import left_in
from intranet.records.hand_over.operations import accept, accept_all, write_words
from tests.collaboration.groups.helpers import group_of
from tests.records.hand_over.helpers import (
    asked,
    at,
    day,
    head_of_section,
    initiative_of,
    leaves,
    lines,
    person_in,
    scheduled,
    titles,
)

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def story(cast):
    """What Elvira has when she retires in three days; nobody has been named yet."""
    post = cast.head_of_licences_post
    elvira = head_of_section(cast)
    with clock.freeze(at(0)):
        groups = [group_of(elvira, f"Sala {number}").space_id for number in range(7)]
        initiatives = [initiative_of(elvira, post, f"Obra menor {number}") for number in range(2)]
        sent = [
            scheduled(elvira, f"Aviso {number}", at(days)).id
            for number, days in enumerate((5, 20, 25))
        ]
        question = asked(cast.bieito, cast.vilaverde_post, post)
        talk = start_post_conversation(cast.xoel, post)
        post_message(cast.xoel, talk.id, "¿Y el vado?", client_id=uuid7())
        row = leaves(elvira, post, on=day(3))
    return {
        "elvira": elvira.id,
        "row": row,
        "post": post,
        "groups": groups,
        "initiatives": [one.publication_id for one in initiatives],
        "sent": sent,
        "question": question.publication_id,
        "talk": talk.id,
    }


@pytest.mark.both
def test_everything_passes_to_the_successor_who_comes_ten_days_later(cast, story):
    post, row = story["post"], story["row"]
    elvira = row.person
    with clock.freeze(at(1)):
        write_words(elvira, row, "El reparto va los lunes.", ["Llamar a Marta"], edition=0)
    with clock.freeze(at(6)):
        mend_owners()
        publish_due()
        between = start_post_conversation(cast.nadia, post)
        post_message(cast.nadia, between.id, "¿Hay alguien?", client_id=uuid7())
        assert readable_among(cast.carles, [between.id])
        assert not readable_among(elvira, [between.id, story["talk"]])
        with pytest.raises(NotFound):
            get_standing(elvira, post.id, row.id)
        lucia = person_in(cast.monteclaro, "Lucía Montero", post, starts_on=day(14))
    with clock.freeze(at(14)):
        mend_owners()
        found = lines(lucia, row)
        kinds = [one.kind.name for one in found]
        assert kinds.count("group") == 7
        assert kinds.count("of_post") == 2
        assert kinds.count("scheduled") == 3
        assert kinds.count("to_answer") == 1
        assert titles(lucia, row, "check") == ["Llamar a Marta"]
        assert sorted(titles(lucia, row, "talk")) == ["Nadia Benali", "Xoel Pardo"]
        unread = {one.conversation.id: one.standing.unread for one in listed(lucia)}
        assert unread[between.id] == 1
        assert accept_all(lucia, row) == []
        assert all(one.is_accepted for one in lines(lucia, row))
        assert left_in(cast.monteclaro) == []
    with clock.freeze(at(26)):
        publish_due()
        from intranet.publishing.publications.models import Publication

        late, first, second = (db.session.get_one(Publication, each) for each in story["sent"])
        assert late.held_reason == "voice"
        assert late.scheduled_by_id == lucia.id
        assert first.published_by_id == lucia.id
        assert second.published_by_id == lucia.id
        route = db.session.get(QuestionRoute, (story["question"], lucia.id))
        assert route is not None
        assert route.is_waiting


def test_nobody_but_the_holder_accepts_while_the_post_exists(cast, story):
    row = story["row"]
    with clock.freeze(at(2)):
        for person in (row.person, cast.carles):
            entry = lines(person, row)[0]
            with pytest.raises(Forbidden):
                accept(person, row, entry.kind.name, entry.item.thing_id)
        for stranger in (cast.nadia, cast.bieito, cast.dorleta, cast.uxia):
            with pytest.raises(NotFound):
                get_standing(stranger, row.post_id, row.id)


@pytest.mark.both
def test_what_nobody_took_is_counted_until_somebody_is_named(cast, story):
    with clock.freeze(at(6)):
        mend_owners()
        left = left_in(cast.monteclaro)
        assert sorted(one.kind.name for one in left) == [
            "of_post",
            "of_post",
            "scheduled",
            "scheduled",
            "scheduled",
        ]
        person_in(cast.monteclaro, "Lucía Montero", story["post"], starts_on=day(14))
        assert {one.kind.name for one in left_in(cast.monteclaro)} == {"scheduled"}
