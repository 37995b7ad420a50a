"""Discussions: read and written by exactly who reads what is discussed, led by who writes it."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from intranet.attention.search.queries import SearchFinder
from intranet.attention.search.query_parser import understand
from intranet.attention.search.search_query import SearchQuery
from intranet.extensions import db
from intranet.messaging.conversations import queries as conversations
from intranet.messaging.conversations.access import (
    get_conversation,
    readable_among,
    readable_by,
    require_poster,
    rights_of,
)
from intranet.messaging.conversations.models import Conversation, ConversationKind
from intranet.messaging.messages.models import Mention
from intranet.messaging.messages.operations import delete_message, pin_message
from intranet.messaging.spaces.models import Visibility
from intranet.platform.core.errors import Forbidden, NotFound
from intranet.platform.index.models import DocumentKind
from intranet.publishing.publications.models import ARTICLE
from intranet.publishing.publications.operations.discussing import close_discussion, open_discussion
from intranet.publishing.publications.operations.publishing import withdraw
from tests.messaging.messages.helpers import channel_of, say
from tests.publishing.publications.articles import out
from tests.publishing.publications.helpers import published


def discussion_of(publication):
    return db.session.get_one(Conversation, publication.conversation_id)


def reads(person, conversation):
    """What each door says of whether somebody reads a discussion; they all say the same."""
    db.session.rollback()
    try:
        get_conversation(person, conversation.id)
        by_page = True
    except NotFound:
        by_page = False
    asked = select(Conversation.id).where(Conversation.id == conversation.id, readable_by(person))
    by_rule = db.session.scalar(asked) is not None
    by_sync = conversation.id in readable_among(person, [conversation.id, uuid4()])
    by_push = person.id in conversations.readers_among(conversation, [person.id])
    meaning = understand(person, SearchQuery("castaño"))
    by_search = any(
        row.conversation_id == conversation.id
        for row in SearchFinder(person, meaning).newest(DocumentKind.MESSAGE)
    )
    doors = {by_page, by_rule, by_sync, by_push, by_search}
    assert len(doors) == 1
    return by_page


@pytest.mark.slow
@pytest.mark.both
@pytest.mark.parametrize("make", [out, published])
def test_who_reads_it_reads_and_writes_in_its_discussion_and_nobody_else(app_context, cast, make):
    more = {"visibility": Visibility.MEMBERS} if make is out else {}
    written = make(cast.carles, has_discussion=True, **more)
    talk = discussion_of(written)
    say(cast.ana, talk, "¿Y el castaño?")

    assert talk.kind == ConversationKind.DISCUSSION
    assert [reads(person, talk) for person in (cast.ana, cast.xoel, cast.carles)] == [True] * 3
    others = (cast.iria, cast.bieito, cast.eloi, cast.dorleta)
    assert [reads(person, talk) for person in others] == [False] * 4
    for person in others:
        with pytest.raises(NotFound):
            say(person, talk, "Hola.")


@pytest.mark.slow
@pytest.mark.both
def test_an_announcement_has_none_unless_its_writer_wants_one(app_context, cast):
    assert published(cast.carles).conversation_id is None
    assert out(cast.carles, has_discussion=False).conversation_id is None
    assert out(cast.carles).kind == ARTICLE


@pytest.mark.slow
@pytest.mark.both
def test_nobody_is_in_it_so_it_is_in_nobody_s_list_and_counts_for_nobody(app_context, cast):
    talk = discussion_of(out(cast.carles))
    say(cast.ana, talk, f"@[Xoel](person:{cast.xoel.id}) @[Iria](person:{cast.iria.id})")
    for person in (cast.ana, cast.carles, cast.xoel):
        assert talk.id not in {row.conversation.id for row in conversations.standings(person)}
    assert conversations.reader_ids(talk) == frozenset()
    called = db.session.scalars(select(Mention.person_id)).all()
    assert set(called) == {cast.xoel.id, cast.iria.id}


@pytest.mark.slow
def test_who_writes_the_publication_leads_and_the_others_do_not(app_context, cast):
    talk = discussion_of(out(cast.carles))
    said = say(cast.iria, talk, "Una queja.")
    with pytest.raises(Forbidden):
        delete_message(cast.ana, said)
    with pytest.raises(Forbidden):
        pin_message(cast.ana, said)
    pin_message(cast.carles, said)
    delete_message(cast.carles, said)
    assert rights_of(cast.carles, talk).leads
    assert not rights_of(cast.ana, talk).leads


@pytest.mark.slow
def test_it_is_closed_and_opened_by_who_writes_the_publication(app_context, cast):
    written = out(cast.carles)
    talk = discussion_of(written)
    with pytest.raises(Forbidden):
        close_discussion(cast.ana, written)
    close_discussion(cast.carles, written)
    with pytest.raises(Forbidden):
        say(cast.ana, talk)
    assert get_conversation(cast.ana, talk.id).id == talk.id
    open_discussion(cast.carles, written)
    say(cast.ana, talk)

    withdraw(cast.carles, written, "Tenía un error.")
    with pytest.raises(NotFound):
        get_conversation(cast.ana, talk.id)
    with pytest.raises(Forbidden):
        open_discussion(cast.carles, written)


@pytest.mark.slow
@pytest.mark.both
def test_what_was_published_without_one_gets_one_later(app_context, cast):
    written = published(cast.carles)
    open_discussion(cast.carles, written)
    say(cast.ana, discussion_of(written))


def test_channels_ask_no_more_for_there_being_discussions(
    app_context, cast, count_queries, monkeypatch
):
    channel = channel_of(cast.licences)
    out(cast.carles)
    db.session.rollback()
    looked: list[object] = []
    monkeypatch.setattr(
        "intranet.messaging.conversations.access.discussions_read_by", looked.append
    )
    with count_queries() as asked:
        get_conversation(cast.ana, channel.id)
        readable_among(cast.ana, [channel.id])
        require_poster(cast.ana, channel, rights_of(cast.ana, channel), is_reply=False)
    assert not [statement for statement in asked if "publications" in statement]
    assert not looked


@pytest.mark.slow
def test_the_page_shows_it_and_takes_what_is_said_without_script(app, cast, client_of):
    with app.app_context():
        written = out(cast.carles)
        page, talk = f"/p/{written.id}", f"/c/{written.conversation_id}"
    ana, iria = client_of(cast.ana), client_of(cast.iria)
    sent = {"client_id": str(uuid4()), "body": "¿Y el castaño?"}
    answer = ana.submit(f"{talk}/messages", sent)
    assert answer.location == f"{talk}#m-1"
    assert iria.get(talk).location == page
    named = iria.get(f"{talk}/mentions?q=a").text
    assert "Ana Castro" in named
    assert "Bieito" not in iria.get(f"{talk}/mentions?q=bieito").text
    assert 'data-kind="channel"' not in named
    assert "¿Y el castaño?" in iria.get(page).text
    refused = ana.submit(f"{talk}/messages", {"client_id": str(uuid4()), "body": ""})
    assert refused.status_code == 422
    carles = client_of(cast.carles)
    carles.submit(f"{page}/discussion", {"open": "0"})
    assert "write-here" not in ana.get(page).text
    assert ana.submit(f"{page}/discussion", {"open": "1"}).status_code == 403
    assert client_of(cast.bieito).get(talk).status_code == 404
