"""Rules remove what is due, leave a line, and pass over what is held."""

import io
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from intranet.delivery.files.models import File
from intranet.delivery.files.operations import store_upload
from intranet.extensions import db
from intranet.messaging.messages.forwarding import forward_message
from intranet.messaging.messages.models import (
    Forward,
    Mention,
    Message,
    MessageFile,
    MessageVersion,
)
from intranet.messaging.messages.operations import edit_message
from intranet.platform.core import clock, idempotency
from intranet.platform.core.idempotency import Repeatable
from intranet.platform.core.outbox import OutboxRow, enqueue
from intranet.platform.core.outbox_claims import HandedOverError
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.index.models import SearchDocument
from intranet.records.holds.models import HeldItem, TargetKind
from intranet.records.holds.operations import HoldTerms, place_hold
from intranet.records.retention import operations, pacing, running
from intranet.records.retention.models import RetentionRun
from tests.messaging.messages.helpers import channel_of, say, space_of
from tests.records.retention.conftest import new_id

pytestmark = pytest.mark.both


def aged(*messages, days=400):
    """Let messages have been written some time ago."""
    with unit_of_work():
        db.session.execute(
            update(Message)
            .where(Message.id.in_([message.id for message in messages]))
            .values(created_at=clock.now() - timedelta(days=days))
        )


def hold_on(officer, agency, kind, subject_id=None, word=""):
    terms = HoldTerms(
        title="Contrato 14",
        reason="Lo ordena el juzgado.",
        reference="",
        since=clock.today("Europe/Madrid") - timedelta(days=3000),
        until=None,
        is_confidential=True,
        targets=((kind, subject_id, word),),
    )
    return place_hold(officer, agency, terms)


def body_of(message):
    return db.session.scalar(select(Message.body).where(Message.id == message.id))


def test_what_is_due_goes_with_all_its_copies_and_leaves_a_line(app_context, cast, rule, run):
    channel = channel_of(cast.licences)
    file = store_upload(cast.ana, io.BytesIO(b"A;B\n1;2\n"), "lista.csv")
    old = say(cast.ana, channel, f"Esto es de @[Uxía](person:{cast.uxia.id}).", file_ids=[file.id])
    edit_message(cast.ana, old, "Corregido el alcornoque.", body_rev=old.body_rev)
    (copy,) = forward_message(
        cast.ana, old, [channel_of(cast.urban_planning).id], client_id=new_id()
    )
    new = say(cast.ana, channel, "Reciente.")
    aged(old)
    rule(title="Canales: un año")

    done = run()

    assert done.finished_at
    assert done.removed_count == 1
    gone = db.session.get_one(Message, old.id, populate_existing=True)
    assert (gone.body, gone.html, gone.sent_hash) == ("", "", "")
    assert gone.expired_under == "Canales: un año"
    assert gone.seq == old.seq
    assert gone.rev > new.rev
    for table in (MessageVersion, MessageFile):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0
    assert db.session.scalar(select(Mention).where(Mention.message_id == old.id)) is None
    assert db.session.get(File, file.id) is None
    assert db.session.get_one(Forward, copy.id, populate_existing=True).body == ""
    left = select(SearchDocument.body).where(SearchDocument.subject_id.in_([old.id, file.id]))
    assert db.session.scalars(left).all() == []
    assert body_of(new) == "Reciente."


def test_the_rule_of_a_space_comes_before_that_of_the_agency(app_context, cast, rule, run):
    kept = say(cast.ana, channel_of(cast.licences), "Se queda.")
    gone = say(cast.carles, channel_of(cast.urban_planning), "Se va.")
    aged(kept, gone)
    rule()
    rule(days=None, space=space_of(cast.licences), title="Licencias: todo")
    run()
    assert body_of(kept) == "Se queda."
    assert body_of(gone) == ""


def test_a_hold_is_passed_over(app_context, cast, rule, run):
    held = say(cast.carles, channel_of(cast.urban_planning), "De Carles.")
    other = say(cast.xoel, channel_of(cast.urban_planning), "De Xoel.")
    aged(held, other)
    hold_on(cast.xoel, cast.monteclaro, TargetKind.PERSON, cast.carles.id)
    rule()
    done = run()
    assert body_of(held) == "De Carles."
    assert body_of(other) == ""
    assert (done.due, done.passed_over) == (1, 1)


def test_a_word_is_held_in_whatever_accents(app_context, cast, rule, run):
    held = say(cast.carles, channel_of(cast.urban_planning), "La ADJUDICACIÓN del contrato.")
    other = say(cast.carles, channel_of(cast.urban_planning), "Otra cosa.")
    aged(held, other)
    hold_on(cast.xoel, cast.monteclaro, TargetKind.WORD, word="adjudicacion")
    rule()
    run()
    assert body_of(held)
    assert not body_of(other)


def test_a_hold_placed_while_a_run_goes_on_is_obeyed(app, cast, rule, run, monkeypatch):
    """A run of many small batches is under way when another thread places a hold."""
    with app.app_context():
        channel = channel_of(cast.urban_planning)
        said = [
            say(cast.carles, channel, f"Palabra {number}.", posts_per_10s=99)
            for number in range(40)
        ]
        aged(*said)
        rule(space=space_of(cast.urban_planning))
    monkeypatch.setattr(pacing, "MIN_ROWS", 5)
    monkeypatch.setattr(pacing, "MAX_ROWS", 5)
    begun, held = threading.Event(), threading.Event()
    left: list[int] = []

    def rest(_seconds):
        begun.set()
        assert held.wait(20)

    def place():
        with app.app_context():
            assert begun.wait(20)
            hold_on(cast.xoel, cast.monteclaro, TargetKind.PERSON, cast.carles.id)
            there = select(func.count()).where(Message.body != "")
            left.append(db.session.scalar(there) or 0)
            held.set()

    pacer = pacing.Pacer(size=5, rest=rest)
    monkeypatch.setattr(pacing.Pacer, "of_database", lambda: pacer)
    thread = threading.Thread(target=place)
    thread.start()
    with app.app_context():
        run()
    thread.join(20)
    with app.app_context():
        assert 0 < left[0] < len(said)
        assert db.session.scalar(select(func.count()).where(Message.body != "")) == left[0]


def test_removal_can_be_stopped_and_let_go_on(app_context, cast, rule, run):
    old = say(cast.carles, channel_of(cast.urban_planning), "Antiguo.")
    aged(old)
    rule()
    operations.halt(cast.nadia, cast.monteclaro)
    assert run() is None
    assert body_of(old) == "Antiguo."
    operations.let_go_on(cast.nadia, cast.monteclaro)
    run()
    assert body_of(old) == ""


def test_what_a_hold_kept_is_not_touched_by_retention(app_context, cast, rule, run):
    from intranet.messaging.messages.operations import delete_message

    held = say(cast.carles, channel_of(cast.urban_planning), "De Carles.")
    aged(held)
    hold_on(cast.xoel, cast.monteclaro, TargetKind.PERSON, cast.carles.id)
    delete_message(cast.carles, held)
    rule()
    run()
    assert db.session.scalars(select(HeldItem.body)).all() == ["De Carles."]
    assert db.session.scalar(select(func.count()).select_from(RetentionRun)) == 1


def answer_about(person, *messages):
    """A stored answer to a request, with the words of these messages in it."""
    with unit_of_work() as work:
        row = Repeatable(
            person_id=person.id,
            key_hash=new_id().hex,
            request_hash="a",
            status=201,
            answer={"items": [{"id": str(each.id), "body": each.body} for each in messages]},
        )
        work.add(row)
    return row.key_hash


def test_stored_answers_about_what_went_are_erased(app_context, cast, rule, run, monkeypatch):
    monkeypatch.setattr(idempotency, "PAGE_SIZE", 2)
    gone = say(cast.carles, channel_of(cast.urban_planning), "Se va.")
    kept = say(cast.carles, channel_of(cast.urban_planning), "Se queda.")
    aged(gone)
    people = (cast.ana, cast.uxia, cast.carles)
    erased = {answer_about(person, kept, gone) for person in people}
    others = {answer_about(person, kept) for person in people} | {answer_about(cast.ana)}
    rule()
    run()
    rows = db.session.execute(select(Repeatable.key_hash, Repeatable.answer)).all()
    assert {row.key_hash for row in rows if row.answer is None} == erased
    assert {row.key_hash for row in rows if row.answer is not None} == others


def test_pins_and_moderation_go_with_the_words(app_context, cast, rule, run):
    pinned = say(cast.carles, channel_of(cast.urban_planning), "Con chincheta.")
    with unit_of_work():
        db.session.execute(
            update(Message)
            .where(Message.id == pinned.id)
            .values(pinned_at=clock.now(), pinned_by_id=cast.ana.id)
        )
    aged(pinned)
    rule()
    run()
    row = db.session.get_one(Message, pinned.id, populate_existing=True)
    assert (row.pinned_at, row.pinned_by_id, row.body) == (None, None, "")


def test_a_run_gives_way_only_if_other_long_work_waits(app_context, cast, rule, monkeypatch):
    old = say(cast.carles, channel_of(cast.urban_planning), "Antiguo.")
    aged(old)
    rule()
    monkeypatch.setattr(pacing, "TURN_SECONDS", -1)
    with unit_of_work() as work:
        enqueue(work, running.RUN, {"run_id": str(new_id())})
    made = running.begin(cast.monteclaro.id)
    assert made
    with pytest.raises(HandedOverError):
        running.carry_out({"run_id": str(made.id)})
    with unit_of_work():
        db.session.execute(delete(OutboxRow))
    running.carry_out({"run_id": str(made.id)})
    assert body_of(old) == ""


def test_a_hold_placed_between_looking_and_locking_is_obeyed(app_context, cast, rule, monkeypatch):
    said = say(cast.carles, channel_of(cast.urban_planning), "De Carles.")
    aged(said)
    rule()
    made = running.begin(cast.monteclaro.id)
    assert made
    looked: list[object] = []

    class HoldComes(pacing.Pacer):
        """Is asked for the size right before the search; the next transaction is the batch."""

        @property
        def size(self):
            looked.append(None)
            return 5

        @size.setter
        def size(self, _value):
            pass

    @contextmanager
    def late():
        if looked:
            monkeypatch.setattr(running, "unit_of_work", unit_of_work)
            hold_on(cast.xoel, cast.monteclaro, TargetKind.PERSON, cast.carles.id)
        with unit_of_work() as work:
            yield work

    monkeypatch.setattr(running, "unit_of_work", late)
    monkeypatch.setattr(running, "Pacer", HoldComes)
    running.carry_out({"run_id": str(made.id)})
    assert body_of(said) == "De Carles."
    assert looked
