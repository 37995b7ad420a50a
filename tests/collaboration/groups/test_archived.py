"""An archived group, and who is muted in a place: all can be read there, and nothing is added."""

from datetime import timedelta
from uuid import uuid4

import pytest

from intranet.collaboration.groups.operations import founding
from intranet.collaboration.ideas.operations.proposing import support
from intranet.collaboration.polls.operations.opening import PollRules, open_poll
from intranet.collaboration.polls.operations.voting import vote
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.operations import create_channel
from intranet.messaging.messages.models import Reaction
from intranet.messaging.messages.operations import (
    add_reaction,
    delete_message,
    edit_message,
    remove_reaction,
)
from intranet.messaging.messages.posting import post_message
from intranet.messaging.spaces.models import SpaceMute, Visibility
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.access import require_voice
from intranet.publishing.publications.models import ANNOUNCEMENT
from intranet.publishing.publications.operations.drafting import (
    Choices,
    Written,
    create_draft,
    save_draft,
)
from intranet.publishing.publications.operations.publishing import correct, publish, withdraw
from tests.collaboration.groups.helpers import group_of, main_channel
from tests.collaboration.ideas.helpers import box_of, idea_in
from tests.collaboration.polls.helpers import YES


def poll_in(author, space):
    post = current_appointments(author.id)[0].post
    texts = {"ca": Written("Quan?", ""), "es": Written("¿Cuándo?", "")}
    return open_poll(
        author, space, post, texts, PollRules(("A", "B")), visibility=Visibility.NETWORK
    )


def muted(person, space):
    now = clock.now()
    with unit_of_work() as work:
        work.add(
            SpaceMute(
                space_id=space.id,
                person_id=person.id,
                since=now,
                until=now + timedelta(days=2),
                muted_by_id=person.id,
            )
        )


@pytest.mark.both
def test_nothing_is_added_in_an_archived_group(app_context, cast):
    group = group_of(cast.elna)
    poll = poll_in(cast.elna, group.space)
    talk = db.session.get_one(Conversation, poll.publication.conversation_id)
    said = post_message(cast.elna, main_channel(group).id, "Encara hi estem.", client_id=uuid4())
    add_reaction(cast.elna, said, "🎉")
    founding.archive(cast.elna, group)
    db.session.expire_all()

    for act in (
        lambda: poll_in(cast.elna, group.space),
        lambda: create_channel(cast.elna, group.space, "otro"),
        lambda: vote(cast.elna, poll.publication_id, {1: YES}),
        lambda: post_message(cast.elna, talk.id, "Encara hi soc.", client_id=uuid4()),
        lambda: edit_message(cast.elna, said, "Ja no.", body_rev=said.body_rev),
        lambda: add_reaction(cast.elna, said, "👍"),
    ):
        with pytest.raises(Forbidden):
            act()
    # What one left there can always be taken back.
    remove_reaction(cast.elna, said, "🎉")
    assert db.session.get(Reaction, (said.id, cast.elna.id, "🎉")) is None
    assert delete_message(cast.elna, said).deleted_at

    founding.revive(cast.elna, group)
    vote(cast.elna, poll.publication_id, {1: YES})


def test_who_is_muted_neither_votes_nor_supports(app_context, cast):
    box = box_of(cast.carles, cast.urban_planning, cast.head_post)
    idea = idea_in(cast.xoel, box)
    poll = poll_in(cast.carles, box.space)
    muted(cast.ana, box.space)

    with pytest.raises(Forbidden):
        support(cast.ana, idea)
    with pytest.raises(Forbidden):
        vote(cast.ana, poll.publication_id, {1: YES})


@pytest.mark.both
def test_who_leads_an_archived_group_takes_back_what_was_published_there_and_corrects_nothing(
    app_context, cast
):
    group = group_of(cast.elna)
    voice = require_voice(cast.elna, group.space_id)
    made = create_draft(cast.elna, ANNOUNCEMENT, voice)
    said = {voice.agency.language: Written("Avís", "Demà tanquem.")}
    save_draft(cast.elna, made, said, Choices(), edition=made.edition)
    item = publish(cast.elna, made, edition=made.edition)
    founding.archive(cast.elna, group)

    with pytest.raises(Forbidden):
        correct(cast.elna, item, "Una errada.", edition=item.edition, asks_again=False)
    withdraw(cast.elna, item, "Ja no val.")
    assert item.withdrawn_at
