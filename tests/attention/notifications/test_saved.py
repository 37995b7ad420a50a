"""Reminders of saved messages, and threads that people muted."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.attention.notifications.models import Notification
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.operations import decline_direct_message, start_direct_message
from intranet.messaging.messages.models import Following
from intranet.messaging.messages.saving import remind_due, save_message
from intranet.messaging.messages.threads import set_following
from intranet.platform.core import clock
from tests.attention.notifications.conftest import work_off
from tests.messaging.messages.helpers import channel_of, say


def told(person):
    asked = select(Notification).where(Notification.person_id == person.id)
    return db.session.scalars(asked).all()


def reminded_of(person, message, after=timedelta(hours=1)):
    at = clock.now() + after
    save_message(person, message, remind_at=at)
    with clock.freeze(at + timedelta(seconds=1)):
        remind_due()
        remind_due()
        work_off()
    return [(row.why, row.path) for row in told(person) if row.why == "account_saved"]


def test_a_reminder_is_told_once_and_leads_to_the_message(app_context, cast):
    room = channel_of(cast.licences)
    message = say(cast.uxia, room, "Keep this.")

    path = f"/c/{room.id}/m/{message.seq}"
    assert reminded_of(cast.ana, message) == [("account_saved", path)]
    assert told(cast.uxia) == []


def test_of_what_is_no_longer_readable_nothing_but_the_list_is_told(app_context, cast):
    talk = start_direct_message(cast.uxia, [cast.ana])
    message = say(cast.uxia, talk, "Between us.")
    at = clock.now() + timedelta(hours=1)
    save_message(cast.ana, message, remind_at=at)
    decline_direct_message(cast.ana, db.session.get_one(Conversation, talk.id))
    with clock.freeze(at + timedelta(seconds=1)):
        remind_due()
        work_off()
    paths = [row.path for row in told(cast.ana) if row.why == "account_saved"]
    assert paths == ["/messages/saved"]


@pytest.mark.slow
def test_nothing_in_a_muted_thread_notifies(app_context, cast):
    room = channel_of(cast.licences)
    first = say(cast.uxia, room, "Is there a model?")
    set_following(cast.ana, first, Following.MUTED)
    name = f"@[{cast.ana.name}](person:{cast.ana.id})"
    say(cast.uxia, room, f"{name}?", parent_id=first.id)
    work_off()
    assert told(cast.ana) == []

    set_following(cast.ana, first, Following.FOLLOWED)
    say(cast.uxia, room, f"{name}!", parent_id=first.id)
    work_off()
    assert len(told(cast.ana)) == 1
