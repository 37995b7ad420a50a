"""Mentions, threads, drafts and saved messages: what each person keeps an eye on."""

from datetime import timedelta
from uuid import uuid4

import pytest

from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.operations import (
    decline_direct_message,
    mark_read,
    start_direct_message,
)
from intranet.messaging.messages import own_lists
from intranet.messaging.messages.drafting import DRAFTS_LIMIT, drop_draft, save_draft
from intranet.messaging.messages.models import Following, MessageDraft, SavedMessage, ThreadPlace
from intranet.messaging.messages.operations import delete_message
from intranet.messaging.messages.own_lists import (
    drafts_of,
    mentions_of,
    own_counts,
    saved_of,
    threads_of,
)
from intranet.messaging.messages.reminder_times import reminder_at
from intranet.messaging.messages.saving import (
    finish_saved,
    remind_due,
    save_message,
    unsave_message,
)
from intranet.messaging.messages.threads import read_thread, set_following, thread_state_of
from intranet.messaging.spaces.models import Visibility
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid, NotFound
from intranet.platform.core.unit_of_work import unit_of_work
from tests.messaging.messages.helpers import channel_of, say


def threads(person):
    return threads_of(person, after=None, limit=50)


def mentioned(person):
    return [(row.body, unread) for row, unread in mentions_of(person, before=None, limit=50)]


def named(person):
    return f"@[{person.name}](person:{person.id})"


@pytest.mark.slow
def test_who_began_or_wrote_in_a_thread_follows_it_and_others_do_not(app_context, cast):
    room = channel_of(cast.licences)
    first = say(cast.uxia, room, "Is there a model?")
    say(cast.ana, room, "Yes.", parent_id=first.id)

    assert thread_state_of(cast.uxia, first.id) == Following.FOLLOWED
    assert thread_state_of(cast.ana, first.id) == Following.FOLLOWED
    assert threads(cast.carles) == []
    assert [row.unread for row in threads(cast.uxia)] == [1]
    assert [row.unread for row in threads(cast.ana)] == [0]


def test_a_mention_in_a_reply_makes_its_person_follow(app_context, cast):
    room = channel_of(cast.licences)
    first = say(cast.uxia, room, "Is there a model?")
    say(cast.uxia, room, f"{named(cast.ana)}?", parent_id=first.id)

    (place,) = threads(cast.ana)
    assert (place.unread, place.mentioned) == (1, 1)
    assert own_counts(cast.ana).threads_mention


@pytest.mark.slow
def test_reading_a_thread_leaves_nothing_unread_and_reading_the_channel_does_not(app_context, cast):
    room = channel_of(cast.licences)
    first = say(cast.uxia, room, "Is there a model?")
    reply = say(cast.ana, room, f"{named(cast.uxia)} yes.", parent_id=first.id)

    mark_read(cast.uxia, room, reply.seq)
    assert own_counts(cast.uxia).threads == 1
    assert own_counts(cast.uxia).mentions == 1

    read_thread(cast.uxia, first, reply.seq)
    assert own_counts(cast.uxia).threads == 0
    assert own_counts(cast.uxia).mentions == 0


@pytest.mark.slow
def test_unread_threads_come_first_and_pages_hold_each_once(app_context, cast):
    room = channel_of(cast.licences)
    started = [say(cast.uxia, room, f"Question {number}") for number in range(4)]
    for first in started:
        say(cast.ana, room, "Answer", parent_id=first.id)
    read_thread(cast.uxia, started[3], 10_000)

    seen, after = [], None
    while some := threads_of(cast.uxia, after=after, limit=2):
        seen += [row.parent_id for row in some]
        last = some[-1]
        after = (last.unread > 0, last.last_at, last.parent_id)
    assert seen == [started[2].id, started[1].id, started[0].id, started[3].id]


def test_a_muted_thread_counts_nothing_and_writing_in_it_keeps_it_muted(app_context, cast):
    room = channel_of(cast.licences)
    first = say(cast.uxia, room, "Is there a model?")
    say(cast.ana, room, "Yes.", parent_id=first.id)
    set_following(cast.uxia, first, Following.MUTED)

    say(cast.ana, room, f"{named(cast.uxia)}!", parent_id=first.id)
    say(cast.uxia, room, "I see.", parent_id=first.id)

    assert thread_state_of(cast.uxia, first.id) == Following.MUTED
    assert own_counts(cast.uxia).threads == 0


def test_who_left_a_thread_follows_it_again_by_writing_there(app_context, cast):
    room = channel_of(cast.licences)
    first = say(cast.uxia, room, "Is there a model?")
    set_following(cast.uxia, first, Following.LEFT)
    say(cast.ana, room, "Yes.", parent_id=first.id)
    assert own_counts(cast.uxia).threads == 0

    say(cast.uxia, room, "Thanks.", parent_id=first.id)
    assert thread_state_of(cast.uxia, first.id) == Following.FOLLOWED


@pytest.mark.both
def test_what_waits_where_one_reads_no_longer_is_not_counted(app_context, cast):
    room = channel_of(cast.licences)
    _seen_by(room, Visibility.AGENCY)
    first = say(cast.uxia, room, "Is there a model?")
    set_following(cast.iria, first, Following.FOLLOWED)
    say(cast.uxia, room, "Is there?", parent_id=first.id)
    talk = start_direct_message(cast.uxia, [cast.iria, cast.ana])
    say(cast.uxia, talk, f"{named(cast.iria)}?")
    counts = own_counts(cast.iria)
    assert (counts.threads, counts.mentions) == (1, 1)

    _seen_by(room, Visibility.MEMBERS)
    say(cast.uxia, room, "Never mind.", parent_id=first.id)
    decline_direct_message(cast.iria, talk)
    counts = own_counts(cast.iria)
    assert (threads(cast.iria), mentioned(cast.iria)) == ([], [])
    assert (counts.threads, counts.mentions) == (0, 0)


def _seen_by(room, visibility):
    with unit_of_work():
        space = db.session.get_one(Conversation, room.id).space
        assert space
        space.visibility = visibility


@pytest.mark.slow
def test_nobody_follows_or_saves_what_they_do_not_read(app_context, cast):
    talk = start_direct_message(cast.ana, [cast.uxia])
    message = say(cast.ana, talk, "Between us.")

    with pytest.raises(NotFound):
        set_following(cast.carles, message, Following.FOLLOWED)
    with pytest.raises(NotFound):
        save_message(cast.carles, message)
    with pytest.raises(NotFound):
        save_draft(cast.carles, talk, "Hello")


def test_mentions_are_the_newest_first_and_paged_by_key(app_context, cast):
    room = channel_of(cast.licences)
    for number in range(5):
        say(cast.uxia, room, f"{named(cast.ana)} {number}")
    newest = mentions_of(cast.ana, before=None, limit=2)
    older = mentions_of(cast.ana, before=newest[-1][0].id, limit=50)

    numbers = [row.body[-1] for row, _unread in [*newest, *older]]
    assert numbers == ["4", "3", "2", "1", "0"]
    assert all(unread for _row, unread in newest)
    mark_read(cast.ana, room, 10_000)
    assert not any(unread for _body, unread in mentioned(cast.ana))


def test_a_deleted_message_mentions_nobody_any_more(app_context, cast):
    message = say(cast.uxia, channel_of(cast.licences), f"{named(cast.ana)}?")
    delete_message(cast.uxia, message)
    assert mentioned(cast.ana) == []
    assert own_counts(cast.ana).mentions == 0


def test_a_saved_message_is_done_taken_up_again_and_removed(app_context, cast):
    message = say(cast.uxia, channel_of(cast.licences), "Keep this.")
    save_message(cast.ana, message)
    save_message(cast.ana, message)
    assert own_counts(cast.ana).saved == 1

    finish_saved(cast.ana, message.id, is_done=True)
    assert own_counts(cast.ana).saved == 0
    assert len(saved_of(cast.ana, done=True, after=None, limit=9)) == 1
    finish_saved(cast.ana, message.id, is_done=False)
    assert own_counts(cast.ana).saved == 1
    unsave_message(cast.ana, message.id)
    assert db.session.get(SavedMessage, (cast.ana.id, message.id)) is None


def test_a_reminder_comes_once_and_not_for_what_is_done(app_context, cast):
    room = channel_of(cast.licences)
    soon = clock.now() + timedelta(hours=1)
    wanted, finished = say(cast.uxia, room, "This"), say(cast.uxia, room, "That")
    for message in (wanted, finished):
        save_message(cast.ana, message, remind_at=soon)
    finish_saved(cast.ana, finished.id, is_done=True)

    remind_due()
    assert db.session.get_one(SavedMessage, (cast.ana.id, wanted.id)).reminded_at is None
    with clock.freeze(soon + timedelta(minutes=1)):
        remind_due()
    row = db.session.get_one(SavedMessage, (cast.ana.id, wanted.id))
    assert row.remind_at is None
    assert row.reminded_at == soon + timedelta(minutes=1)
    assert db.session.get_one(SavedMessage, (cast.ana.id, finished.id)).reminded_at is None


def test_a_reminder_in_three_hours_is_for_the_same_afternoon(app_context, cast):
    assert reminder_at(cast.ana, "three_hours", "Europe/Madrid") - clock.now() == pytest.approx(
        timedelta(hours=3), abs=timedelta(seconds=5)
    )


@pytest.mark.parametrize("ahead", [timedelta(seconds=-1), timedelta(days=400)])
def test_a_reminder_in_the_past_or_far_ahead_is_refused(app_context, cast, ahead):
    message = say(cast.uxia, channel_of(cast.licences), "This")
    with pytest.raises(Invalid):
        save_message(cast.ana, message, remind_at=clock.now() + ahead)


def test_one_draft_is_kept_for_each_place_and_emptying_forgets_it(app_context, cast):
    room = channel_of(cast.licences)
    first = say(cast.uxia, room, "Is there a model?")
    save_draft(cast.ana, room, "I th")
    save_draft(cast.ana, room, "I think so")
    save_draft(cast.ana, room, "In the thread", parent_id=first.id)

    bodies = {row.body for row in drafts_of(cast.ana, after=None, limit=9)}
    assert bodies == {"I think so", "In the thread"}
    assert drafts_of(cast.uxia, after=None, limit=9) == []
    save_draft(cast.ana, room, "")
    assert own_counts(cast.ana).drafts == 1


def test_there_are_at_most_so_many_drafts(app_context, cast):
    room = channel_of(cast.licences)
    for _number in range(DRAFTS_LIMIT):
        db.session.add(
            MessageDraft(person_id=cast.ana.id, place=uuid4(), conversation_id=room.id, body="…")
        )
    db.session.commit()
    with pytest.raises(Invalid):
        save_draft(cast.ana, room, "One more")


def test_who_leaves_a_channel_leaves_drafts_and_threads_behind(app_context, cast):
    talk = start_direct_message(cast.ana, [cast.uxia])
    first = say(cast.uxia, talk, "Hello")
    say(cast.ana, talk, "Hello", parent_id=first.id)
    save_draft(cast.ana, talk, "And then")
    decline_direct_message(cast.ana, talk)

    assert own_counts(cast.ana).drafts == 0
    assert db.session.get(ThreadPlace, (cast.ana.id, first.id)) is None


def test_a_draft_of_another_is_left_alone(app_context, cast):
    draft = save_draft(cast.ana, channel_of(cast.licences), "Mine")
    assert draft
    drop_draft(cast.uxia, draft.id)
    assert own_counts(cast.ana).drafts == 1


def test_a_saved_message_that_is_no_longer_readable_shows_no_words(app, client_of, cast):
    with app.app_context():
        talk = start_direct_message(cast.uxia, [cast.ana])
        message = say(cast.uxia, talk, "The secret of the house")
        save_message(cast.ana, message)
        talk_id, message_id = talk.id, message.id

    ana = client_of(cast.ana)
    assert "The secret of the house" in ana.get("/messages/saved").text
    with app.app_context():
        decline_direct_message(cast.ana, db.session.get_one(Conversation, talk_id))
    page = ana.get("/messages/saved")
    assert page.status_code == 200
    assert "The secret of the house" not in page.text
    items = ana.get("/api/v1/saved").json["items"]
    assert [(item["message_id"], item["message"]) for item in items] == [(str(message_id), None)]


@pytest.mark.slow
def test_the_pages_show_500_unread_mentions_and_title_of_300_characters(app, client_of, cast):
    with app.app_context():
        room = channel_of(cast.licences)
        for number in range(500):
            say(cast.uxia, room, f"{named(cast.ana)} {number} ñ l·l ß 🎉", posts_per_10s=1_000)
        save_draft(cast.ana, room, "word " * 60)
    ana = client_of(cast.ana)

    page = ana.get("/messages/mentions")
    assert page.text.count('class="row own__row--unread"') == own_lists.PAGE_SIZE
    assert "99+" in page.text
    assert "before=" in page.text
    assert "word " * 30 in ana.get("/messages/drafts").text


@pytest.mark.slow
def test_a_reply_stands_in_its_thread_alone(app, client_of, cast):
    with app.app_context():
        room = channel_of(cast.licences)
        first = say(cast.uxia, room, "Is there a model?")
        for number in range(40):
            say(cast.uxia, room, f"answer-{number}", parent_id=first.id, posts_per_10s=100)
        say(cast.ana, room, "The last of all")
        room_id, seq = room.id, first.seq
    ana = client_of(cast.ana)

    page = ana.get(f"/c/{room_id}").text
    assert "Is there a model?" in page
    assert "The last of all" in page
    assert "answer-3" not in page
    assert "answer-3" in ana.get(f"/c/{room_id}/m/{seq}").text


def test_the_line_above_what_is_new_counts_what_stands_under_it(app, client_of, cast):
    with app.app_context():
        room = channel_of(cast.licences)
        first = say(cast.uxia, room, "Read by Ana")
        mark_read(cast.ana, room, first.seq)
        say(cast.uxia, room, "A reply", parent_id=first.id)
        room_id = room.id
    ana = client_of(cast.ana)
    assert 'id="new"' not in ana.get(f"/c/{room_id}").text.split("<template")[0]

    with app.app_context():
        say(cast.uxia, channel_of(cast.licences), "News")
    assert 'data-unread-count="1"' in ana.get(f"/c/{room_id}").text
