"""Hiding: at every door there is only that it was hidden; and it can be brought back."""

from io import BytesIO

import pytest

from intranet.attention.moderation.models import Outcome
from intranet.attention.moderation.operations.deciding import withdraw_decision
from intranet.attention.search.queries import SearchFinder
from intranet.attention.search.query_parser import understand
from intranet.attention.search.search_query import SearchQuery
from intranet.delivery.files.access import get_file
from intranet.delivery.files.operations import store_upload
from intranet.extensions import db
from intranet.messaging.messages import queries
from intranet.messaging.messages.mention_forwarding import send_to_post
from intranet.messaging.messages.models import HiddenMessage, Mention, Message
from intranet.messaging.messages.operations import (
    add_reaction,
    delete_message,
    edit_message,
    pin_message,
)
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.people.hidden_profiles import HiddenProfile
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid, NotFound
from intranet.platform.index.models import DocumentKind
from intranet.publishing.publications.access import readers_among
from intranet.publishing.publications.models import PublicationState
from tests.attention.moderation.helpers import BAD, decided, reported, said
from tests.messaging.messages.helpers import channel_of, say, shown
from tests.publishing.publications.articles import out


def found(person, words="castaño", kind=DocumentKind.MESSAGE):
    db.session.rollback()
    return list(SearchFinder(person, understand(person, SearchQuery(words))).newest(kind))


def hidden(cast, message):
    return decided(cast.carles, reported(cast.uxia, message))


def test_a_hidden_message_is_a_tombstone_and_its_row_says_nothing(app_context, cast):
    message = said(cast.xoel, cast.urban_planning)
    hidden(cast, message)
    json = shown(message)
    assert (json["deleted"], json["hidden"]) == (True, True)
    assert set(json) == {
        *("id", "conversation_id", "seq", "rev", "parent_id", "deleted", "hidden"),
    }
    assert (message.body, message.html, message.mentions) == ("", "", [])
    assert db.session.get_one(HiddenMessage, message.id).body == BAD


def test_a_deleted_message_is_told_as_before(app_context, cast):
    message = said(cast.xoel, cast.urban_planning)
    delete_message(cast.xoel, message)
    assert "hidden" not in shown(message)


@pytest.mark.both
def test_it_is_in_no_search_no_sync_no_version_and_no_call(app_context, cast):
    channel = channel_of(cast.urban_planning)
    message = say(cast.xoel, channel, f"{BAD} @[Ana](person:{cast.ana.id})")
    edit_message(cast.xoel, message, f"{message.body} Mucho.", body_rev=message.body_rev)
    rev = channel.rev
    assert found(cast.ana)
    assert queries.versions(message.id)
    hidden(cast, message)

    assert found(cast.ana) == []
    assert queries.versions(message.id) == []
    assert db.session.get(Mention, (message.id, cast.ana.id)) is None
    (changed,) = queries.changed_since(channel.id, rev)
    assert shown(changed)["hidden"]


@pytest.mark.slow
def test_its_files_are_for_nobody_but_who_decides(app, app_context, cast):
    channel = channel_of(cast.urban_planning)
    file = store_upload(cast.xoel, BytesIO(b"Un insulto."), "castano.txt")
    message = say(cast.xoel, channel, "Mira.", file_ids=[file.id])
    assert get_file(cast.ana, file.id).id == file.id
    case = reported(cast.uxia, message)
    decided(cast.carles, case)
    for person in (cast.ana, cast.uxia):
        with pytest.raises(NotFound):
            get_file(person, file.id)
    assert found(cast.ana, "castano", DocumentKind.FILE) == []

    withdraw_decision(cast.carles, case, "Lo he mirado mejor.")
    assert get_file(cast.ana, file.id).id == file.id
    assert found(cast.ana, "castano", DocumentKind.FILE)


def test_nothing_can_be_done_with_it_not_even_by_its_author(app_context, cast):
    message = said(cast.xoel, cast.urban_planning)
    hidden(cast, message)
    for do in (
        lambda: edit_message(cast.xoel, message, "Otra.", body_rev=message.body_rev),
        lambda: add_reaction(cast.ana, message, "👍"),
        lambda: pin_message(cast.carles, message),
        lambda: send_to_post(cast.xoel, message, cast.head_post, words="Aquí"),
        lambda: reported(cast.ana, message),
    ):
        with pytest.raises(Forbidden):
            do()
    delete_message(cast.xoel, message)  # it changes nothing: it can still be judged again
    assert db.session.get_one(HiddenMessage, message.id).body == BAD


def test_an_answer_shows_nothing_of_a_hidden_message(app_context, cast):
    message = said(cast.xoel, cast.urban_planning)
    answer = say(cast.ana, channel_of(cast.urban_planning), "No.", parent_id=message.id)
    hidden(cast, message)
    parent = db.session.get_one(Message, answer.id).parent
    assert parent
    assert parent.body == ""
    assert shown(message)["deleted"]


def test_taken_back_it_is_as_it_was(app_context, cast):
    channel = channel_of(cast.urban_planning)
    message = say(cast.xoel, channel, f"{BAD} @[Ana](person:{cast.ana.id})")
    before = shown(message)
    case = hidden(cast, message)
    withdraw_decision(cast.carles, case, "Era una broma entre los dos.")

    after = shown(message)
    assert {**after, "rev": 0, "body_rev": 0} == {**before, "rev": 0, "body_rev": 0}
    assert found(cast.ana)
    assert db.session.get(Mention, (message.id, cast.ana.id))
    assert db.session.get(HiddenMessage, message.id) is None
    with pytest.raises(Conflict):
        withdraw_decision(cast.carles, case, "Otra vez.")


@pytest.mark.slow
def test_a_hidden_publication_is_withdrawn_for_its_readers_until_it_is_shown_again(
    app_context, cast
):
    written = out(cast.carles, visibility=Visibility.AGENCY, has_discussion=True)
    talk = written.conversation
    say(cast.iria, talk, "¿Y esto?")
    case = decided(cast.rosa, reported(cast.iria, written))
    db.session.refresh(written)

    assert written.state(clock.now()) == PublicationState.WITHDRAWN
    assert written.hidden_at is not None
    assert cast.iria.id not in readers_among(written, [cast.iria.id, cast.ana.id])
    with pytest.raises(NotFound):
        say(cast.iria, talk, "¿Y esto?")

    withdraw_decision(cast.rosa, case, "Lo he mirado mejor.")
    db.session.refresh(written)
    assert written.state(clock.now()) == PublicationState.PUBLISHED
    assert cast.iria.id in readers_among(written, [cast.iria.id])
    say(cast.iria, talk, "Sigue aquí.")


@pytest.mark.both
def test_a_hidden_profile_shows_neither_text_nor_photo(app_context, cast):
    case = decided(cast.dorleta, reported(cast.iria, cast.ana))
    assert db.session.get_one(Person, cast.ana.id).about == ""
    withdraw_decision(cast.dorleta, case, "Está bien.")
    assert db.session.get_one(Person, cast.ana.id).about == "Tramito licencias de obra menor."
    assert db.session.query(HiddenProfile).count() == 0


def test_what_is_gone_already_cannot_be_hidden_but_warned_about(app_context, cast):
    message = said(cast.xoel, cast.urban_planning)
    case = reported(cast.uxia, message)
    delete_message(cast.xoel, message)
    with pytest.raises(Forbidden):
        decided(cast.carles, case)
    assert decided(cast.carles, case, Outcome.WARNED).outcome == Outcome.WARNED


def test_a_decision_needs_words(app_context, cast):
    from intranet.attention.moderation.models import Reason
    from intranet.attention.moderation.operations.deciding import decide

    case = reported(cast.uxia, said(cast.xoel, cast.urban_planning))
    with pytest.raises(Invalid):
        decide(cast.carles, case, Outcome.HIDDEN, Reason.INSULT, "  ")
    assert case.decided_at is None
