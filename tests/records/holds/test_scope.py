"""Covered content: by person, post, space, channel and word, in the days of the hold."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from intranet.delivery.files.jobs import discard_unused
from intranet.delivery.files.models import File
from intranet.delivery.files.operations import store_upload
from intranet.delivery.files.queries import stored_bytes
from intranet.extensions import db
from intranet.messaging.conversations.operations import (
    start_direct_message,
    start_post_conversation,
)
from intranet.messaging.messages.drafting import save_draft
from intranet.messaging.messages.forwarding import forward_message
from intranet.messaging.messages.models import Message, MessageVersion
from intranet.messaging.messages.operations import delete_message, edit_message, remove_version
from intranet.messaging.messages.scheduling import (
    MessagePlan,
    delete_scheduled,
    schedule_message,
)
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, NotFound
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.index.models import SearchDocument
from intranet.publishing.publications.models import Publication, PublicationText
from intranet.publishing.publications.operations.drafting import discard_draft
from intranet.records.holds import operations
from intranet.records.holds.access import get_hold, holds_naming
from intranet.records.holds.models import HeldItem, HeldKind, HeldUnder, TargetKind
from intranet.records.holds.operations import HoldTerms, place_hold
from intranet.records.holds.queries import reach_of
from intranet.records.holds.scope import (
    forbids_telling,
    held_files,
    held_messages,
    held_publications,
)
from tests.messaging.messages.helpers import channel_of, say, space_of
from tests.publishing.publications.helpers import draft, published
from tests.records.retention.conftest import new_id

pytestmark = pytest.mark.both


def held(*messages):
    ids = [message.id for message in messages]
    asked = select(Message.id).where(Message.id.in_(ids), held_messages())
    found = set(db.session.scalars(asked))
    return [message_id in found for message_id in ids]


def test_a_person_with_both_sides_of_their_direct_messages(cast, hold):
    talk = start_direct_message(cast.ana, [cast.carles])
    own = say(cast.carles, channel_of(cast.urban_planning), "Mío.")
    asked, other = say(cast.ana, talk, "¿Y eso?"), say(cast.ana, channel_of(cast.licences), "No.")
    hold(TargetKind.PERSON, cast.carles.id)
    assert held(own, asked, other) == [True, True, False]


def test_a_post_with_what_is_written_to_it(cast, hold):
    talk = start_post_conversation(cast.uxia, cast.head_of_licences_post)
    asked, other = say(cast.uxia, talk, "Hola."), say(cast.uxia, channel_of(cast.licences), "Eh.")
    hold(TargetKind.POST, cast.head_of_licences_post.id)
    assert held(asked, other) == [True, False]


def test_a_space_and_one_of_its_channels(cast, hold):
    here = say(cast.ana, channel_of(cast.licences), "Aquí.")
    there = say(cast.carles, channel_of(cast.urban_planning), "Allí.")
    hold(TargetKind.CONVERSATION, channel_of(cast.licences).id)
    assert held(here, there) == [True, False]
    hold(TargetKind.SPACE, space_of(cast.urban_planning).id)
    assert held(here, there) == [True, True]


def test_a_word_also_in_an_earlier_text_and_of_no_other_agency(cast, hold):
    before = say(cast.ana, channel_of(cast.licences), "El alcornoque.")
    edit_message(cast.ana, before, "Nada.", body_rev=before.body_rev)
    elsewhere = say(cast.elna, channel_of(cast.innovation), "Un alcornoque.")
    never = say(cast.ana, channel_of(cast.licences), "Un pino.")
    hold(TargetKind.WORD, word="Alcornoque")
    assert held(before, elsewhere, never) == [True, False, False]


def test_only_what_was_written_in_its_days(cast, hold):
    early, late = (say(cast.carles, channel_of(cast.urban_planning), word) for word in "ab")
    with unit_of_work():
        db.session.execute(
            update(Message)
            .where(Message.id == early.id)
            .values(created_at=clock.now() - timedelta(days=10))
        )
    hold(TargetKind.PERSON, cast.carles.id, days=(12, 9))
    assert held(early, late) == [True, False]


def test_its_reach_is_told_in_steps_alone(cast, hold):
    placed = hold(TargetKind.PERSON, cast.carles.id)
    for count in range(10):
        assert reach_of(placed).messages == 0
        say(cast.carles, channel_of(cast.urban_planning), f"Mío {count}.")
    reach = reach_of(placed)
    assert (reach.messages, reach.people, reach.kept) == (10, 0, 0)


def test_an_earlier_text_is_kept_when_it_is_removed(cast, hold):
    message = say(cast.carles, channel_of(cast.urban_planning), "Antes.")
    edit_message(cast.carles, message, "Después.", body_rev=message.body_rev)
    hold(TargetKind.PERSON, cast.carles.id)
    version = db.session.scalars(select(MessageVersion)).one()
    remove_version(cast.carles, message, version.id)
    item = db.session.scalars(select(HeldItem)).one()
    assert (item.kind, item.body) == (HeldKind.MESSAGE_VERSION, "Antes.")


def test_words_that_a_held_person_forwarded_stay_when_their_author_deletes_them(cast, hold):
    said = say(cast.xoel, channel_of(cast.urban_planning), "De Xoel.")
    talk = start_direct_message(cast.carles, [cast.ana])
    forward_message(cast.carles, said, [talk.id], client_id=new_id())
    hold(TargetKind.PERSON, cast.carles.id)
    delete_message(cast.xoel, said)
    item = db.session.scalars(select(HeldItem)).one()
    assert (item.kind, item.author_id, item.body) == (HeldKind.FORWARD, cast.carles.id, "De Xoel.")


def test_a_discarded_draft_and_an_unused_upload_are_kept(cast, hold):
    own = draft(cast.carles, "Borrador", "Texto del borrador")
    file = store_upload(cast.carles, io.BytesIO(b"A;B\n1;2\n"), "lista.csv")
    hold(TargetKind.PERSON, cast.carles.id)
    assert db.session.scalar(
        select(Publication.id).where(Publication.id == own.id, held_publications())
    )
    discard_draft(cast.carles, own)
    discard_unused(clock.now() + timedelta(days=3))
    kinds = set(db.session.scalars(select(HeldItem.kind)))
    assert kinds == {HeldKind.DRAFT, HeldKind.FILE}
    assert db.session.scalar(select(File.id).where(File.id == file.id, held_files()))


def test_two_holds_keep_one_item_until_both_have_ended(cast, hold):
    message = say(cast.carles, channel_of(cast.urban_planning), "Mío.")
    first = hold(TargetKind.PERSON, cast.carles.id)
    second = hold(TargetKind.SPACE, space_of(cast.urban_planning).id)
    delete_message(cast.carles, message)
    operations.end_hold(cast.xoel, first, "Archivado.")
    with clock.freeze(clock.now() + timedelta(days=8)):
        operations.erase_ended()
        assert db.session.scalar(select(HeldItem))
        operations.end_hold(cast.xoel, second, "Archivado.")
    with clock.freeze(clock.now() + timedelta(days=16)):
        operations.erase_ended()
        assert db.session.scalar(select(HeldItem)) is None


def test_whom_it_names_neither_ends_it_nor_learns_of_it_in_confidence(cast, hold):
    told = hold(TargetKind.PERSON, cast.xoel.id)
    with pytest.raises(Forbidden):
        operations.end_hold(cast.xoel, told, "Ya no.")
    secret = hold(TargetKind.PERSON, cast.xoel.id, is_confidential=True)
    with pytest.raises(NotFound):
        get_hold(cast.xoel, cast.monteclaro, secret.id)
    assert forbids_telling(cast.xoel.id, cast.monteclaro.id)
    assert not forbids_telling(cast.xoel.id, cast.altamar.id)


def test_nobody_without_the_role_places_one(cast, hold):
    terms = HoldTerms(
        title="Asunto",
        reason="Porque sí.",
        reference="",
        since=clock.today("Europe/Madrid"),
        until=None,
        is_confidential=False,
        targets=((TargetKind.PERSON, cast.ana.id, ""),),
    )
    with pytest.raises(Forbidden):
        place_hold(cast.dorleta, cast.monteclaro, terms)


def for_others(message, post):
    """Let a message be written as a post of another agency."""
    with unit_of_work():
        message.post_id = post.id
    return message


def covered(*publications):
    ids = [row.id for row in publications]
    asked = select(Publication.id).where(Publication.id.in_(ids), held_publications())
    found = set(db.session.scalars(asked))
    return [row_id in found for row_id in ids]


def test_what_a_person_did_for_another_agency_is_not_held(cast, hold, elsewhere):
    channel = channel_of(cast.urban_planning)
    ours = say(cast.carles, channel, "Por Monteclaro.")
    theirs = for_others(say(cast.carles, channel, "Por Altamar."), elsewhere)
    talk = start_direct_message(cast.carles, [cast.elna])
    for_them = for_others(say(cast.carles, talk, "Como Altamar."), elsewhere)
    answer = say(cast.elna, talk, "D’acord.")
    hold(TargetKind.PERSON, cast.carles.id)
    assert held(ours, theirs, for_them, answer) == [True, False, False, False]

    own = say(cast.carles, talk, "Como Monteclaro.", post_id=cast.head_post.id)
    assert held(own, for_them, answer) == [True, False, True]


def test_a_file_of_what_was_said_for_another_agency_goes_with_it(cast, hold, elsewhere):
    file = store_upload(cast.carles, io.BytesIO(b"A;B\n1;2\n"), "lista.csv")
    channel = channel_of(cast.urban_planning)
    said = for_others(say(cast.carles, channel, "Adjunto.", file_ids=[file.id]), elsewhere)
    hold(TargetKind.PERSON, cast.carles.id)
    delete_message(cast.carles, said)
    assert db.session.scalar(select(HeldItem)) is None
    assert db.session.get(File, file.id) is None


def test_publications_in_rooms_of_other_agencies_are_held(cast, hold, elsewhere):
    guest = published(cast.carles)
    with unit_of_work():
        space = space_of(cast.innovation)
        guest.space_id, guest.agency_id = space.id, cast.altamar.id
    theirs = published(cast.carles)
    with unit_of_work():
        theirs.post_id = elsewhere.id
    hold(TargetKind.PERSON, cast.carles.id)
    assert covered(guest, theirs) == [True, False]


def test_a_word_in_a_version_in_minutes_in_a_file_and_in_what_was_deleted(cast, hold):
    once = published(cast.carles, "Título", "El alcornoque de ayer.")
    with unit_of_work():
        db.session.execute(update(PublicationText).values(body="Nada."))
        db.session.execute(delete(SearchDocument))
    never = published(cast.carles, "Título", "Un pino.")
    file = store_upload(cast.ana, io.BytesIO("Ñandú;alcornoque\n".encode()), "lista.csv")
    with unit_of_work():
        file.text = "el alcornoque"
    attached = say(cast.ana, channel_of(cast.licences), "Adjunto.", file_ids=[file.id])
    first = hold(TargetKind.PERSON, cast.ana.id)
    gone = say(cast.ana, channel_of(cast.licences), "Alcornoque.")
    delete_message(cast.ana, gone)
    second = hold(TargetKind.WORD, word="Alcornoque")
    assert covered(once, never) == [True, False]
    assert held(attached, gone) == [True, True]

    operations.end_hold(cast.xoel, first, "Archivado.")
    with clock.freeze(clock.now() + timedelta(days=8)):
        operations.erase_ended()
        (item,) = db.session.scalars(select(HeldItem))
        assert item.body == "Alcornoque."
        assert db.session.get(HeldUnder, (second.id, item.id))


def test_a_hold_on_a_post_names_who_holds_it(cast, hold):
    placed = hold(TargetKind.POST, cast.architect_post.id)
    with pytest.raises(Forbidden):
        operations.end_hold(cast.xoel, placed, "Ya no.")
    assert placed in holds_naming(cast.xoel)
    assert placed not in holds_naming(cast.ana)
    hold(TargetKind.POST, cast.architect_post.id, is_confidential=True)
    assert forbids_telling(cast.xoel.id, cast.monteclaro.id)


def test_what_a_held_person_did_not_send_is_kept(cast, hold):
    channel = channel_of(cast.urban_planning)
    hold(TargetKind.PERSON, cast.carles.id)
    save_draft(cast.carles, channel, "Sin enviar.")
    save_draft(cast.carles, channel, "")
    plan = MessagePlan("Para luego.", clock.now() + timedelta(days=1), new_id())
    later = schedule_message(cast.carles, channel.id, plan)
    delete_scheduled(cast.carles, later)
    save_draft(cast.carles, channel, "Enviado.")
    say(cast.carles, channel, "Enviado.")
    save_draft(cast.carles, channel, "")
    save_draft(cast.ana, channel_of(cast.licences), "De Ana.")
    save_draft(cast.ana, channel_of(cast.licences), "")
    kept = {item.kind: item.body for item in db.session.scalars(select(HeldItem))}
    assert kept == {HeldKind.MESSAGE_DRAFT: "Sin enviar.", HeldKind.SCHEDULED: "Para luego."}


def test_a_file_that_is_only_kept_leaves_its_owner_the_room(cast, hold):
    file = store_upload(cast.carles, io.BytesIO(b"A;B\n1;2\n"), "lista.csv")
    said = say(cast.carles, channel_of(cast.urban_planning), "Adjunto.", file_ids=[file.id])
    hold(TargetKind.PERSON, cast.carles.id)
    before = stored_bytes(cast.carles.id)
    delete_message(cast.carles, said)
    assert db.session.get(File, file.id)
    assert stored_bytes(cast.carles.id) == before - file.size_bytes
