"""A hold on a person beside their words: files, what was never sent, and who they were."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.delivery.files.models import File
from intranet.delivery.files.operations import store_upload
from intranet.extensions import db
from intranet.messaging.messages.models import MessageDraft
from intranet.messaging.messages.scheduled import ScheduledMessage
from intranet.platform.core import clock
from intranet.platform.core.keeping import offer
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.models import FileRole, PublicationFile
from intranet.records.holds.models import HeldItem, HeldKind, HeldUnder, TargetKind
from intranet.records.holds.scope import covers_message_draft, covers_scheduled, held_files
from intranet.records.own_data.ownership import table_of
from intranet.records.own_data.sweeping import delete_rows
from tests.messaging.messages.helpers import channel_of
from tests.publishing.publications.helpers import draft
from tests.records.retention.conftest import new_id

pytestmark = pytest.mark.both


def drafted(person, channel):
    """A text for a channel, of which another agency may be the host."""
    with unit_of_work() as work:
        row = MessageDraft(
            person_id=person.id, place=channel.id, conversation_id=channel.id, body="Sin enviar."
        )
        work.add(row)
    return row


def scheduled(person, channel, post):
    """A message to be sent tomorrow, as a post."""
    with unit_of_work() as work:
        row = ScheduledMessage(
            author_id=person.id,
            conversation_id=channel.id,
            post_id=post.id,
            client_id=new_id(),
            body="Para luego.",
            send_at=clock.now() + timedelta(days=1),
        )
        work.add(row)
    return row


def test_what_they_put_into_the_draft_of_a_colleague_is_covered(cast, hold):
    file = store_upload(cast.carles, io.BytesIO(b"A;B\n1;2\n"), "lista.csv")
    other = store_upload(cast.xoel, io.BytesIO(b"A;B\n3;4\n"), "otra.csv")
    theirs = draft(cast.rosa, "Borrador", "Texto del borrador")
    with unit_of_work() as work:
        work.add(
            *(
                PublicationFile(publication_id=theirs.id, file_id=row.id, role=FileRole.ATTACHMENT)
                for row in (file, other)
            )
        )
    hold(TargetKind.PERSON, cast.carles.id)
    assert db.session.scalars(select(File.id).where(held_files())).all() == [file.id]


def test_what_was_to_be_sent_in_a_room_of_others_as_an_own_post_is_covered(cast, hold):
    there = channel_of(cast.innovation)
    drafted(cast.carles, there)
    later = scheduled(cast.carles, there, cast.head_post)
    placed = hold(TargetKind.PERSON, cast.carles.id)
    assert db.session.scalar(select(MessageDraft.id).where(covers_message_draft(placed)))
    assert db.session.scalar(select(ScheduledMessage.id).where(covers_scheduled(placed)))
    assert later.post_id == cast.head_post.id


def test_what_was_to_be_sent_for_another_agency_is_not(cast, hold, elsewhere):
    there = channel_of(cast.innovation)
    drafted(cast.carles, there)
    scheduled(cast.carles, channel_of(cast.urban_planning), elsewhere)
    placed = hold(TargetKind.PERSON, cast.carles.id)
    assert not db.session.scalar(select(MessageDraft.id).where(covers_message_draft(placed)))
    assert not db.session.scalar(select(ScheduledMessage.id).where(covers_scheduled(placed)))


def test_an_erasure_offers_rows_where_it_deletes_them(cast, hold):
    hold(TargetKind.PERSON, cast.carles.id)
    drafted(cast.carles, channel_of(cast.urban_planning))
    table = table_of("message_drafts")
    assert delete_rows(table, table.c.person_id == cast.carles.id) == 1
    assert db.session.scalars(select(HeldItem)).one().kind == HeldKind.MESSAGE_DRAFT


def test_a_later_hold_takes_over_who_somebody_was(cast, hold):
    hold(TargetKind.PERSON, cast.carles.id)
    with unit_of_work():
        offer([cast.carles])
    item = db.session.scalars(select(HeldItem)).one()
    other = hold(TargetKind.PERSON, cast.ana.id)
    later = hold(TargetKind.PERSON, cast.carles.id)
    assert db.session.get(HeldUnder, (later.id, item.id))
    assert db.session.get(HeldUnder, (other.id, item.id)) is None
