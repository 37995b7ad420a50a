"""Messages and words cut by time: what there was and what comes stay one."""

import re
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from intranet.app import create_app
from intranet.cli.doctor import doctor
from intranet.cli.partition import partition
from intranet.extensions import db
from intranet.messaging.messages import partitions, queries
from intranet.messaging.messages.models import Reaction
from intranet.messaging.messages.operations import add_reaction, delete_message, edit_message
from intranet.messaging.messages.partitions import TIMED_TABLES, prolong_all
from intranet.messaging.messages.posting import post_message
from intranet.platform.core import clock
from intranet.platform.core.partitions import NotByTimeError, cut, partitions_of, years_from
from intranet.platform.core.unit_of_work import unit_of_work
from tests import cast as cast_module
from tests.cast import Browser, Cast
from tests.cli.places import Place, refused
from tests.conftest import close, settings_for
from tests.messaging.messages.helpers import channel_of, say

pytestmark = [
    pytest.mark.both,
    pytest.mark.only_on("postgresql", reason="SQLite has no partitions"),
]
MESSAGES, DOCUMENTS = TIMED_TABLES
FOREIGN_KEYS = "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conparentid = 0"
STORED_IN = "SELECT tableoid::regclass::text FROM messages WHERE id = :id"


@pytest.fixture
def house(new_database_url, tmp_path):
    """A house with the cast, whose tables a test may cut."""
    app = create_app(settings_for(new_database_url(), tmp_path))
    app.test_client_class = Browser
    with app.app_context():
        db.create_all()
        with unit_of_work():
            ids = cast_module.build()
        yield Cast(app, ids)
    close(app)


def cut_now() -> None:
    """Cut so that whatever is written from now on is in the second partition."""
    begins = datetime.now(UTC) + timedelta(seconds=0.3)
    db.session.rollback()
    for table in TIMED_TABLES:
        cut(table, [begins, datetime(begins.year + 1, 1, 2, tzinfo=UTC)])
    time.sleep(max(0.0, (begins - datetime.now(UTC)).total_seconds()))


def stored_in(message) -> str:
    return str(db.session.scalar(text(STORED_IN), {"id": message.id}))


def test_what_there_was_and_what_comes_are_one_conversation(house):
    channel = channel_of(house.licences)
    first = say(house.ana, channel, "La grúa llega el martes.")
    keys = db.session.scalar(text(FOREIGN_KEYS))
    cut_now()
    # Each partition refers by itself to the whole for its parents, so there are two more.
    assert db.session.scalar(text(FOREIGN_KEYS)) == keys + 2
    reply = say(house.uxia, channel, "¿La grúa grande?", parent_id=first.id)
    second = say(house.ana, channel, "Las dos grúas.")

    assert stored_in(first).startswith("messages_until_")
    assert stored_in(reply) == stored_in(second) != stored_in(first)
    assert [one.id for one in queries.latest(channel.id)] == [first.id, reply.id, second.id]
    assert [one.id for one in queries.replies(first.id)] == [reply.id]
    for message in (first, second):
        add_reaction(house.uxia, message, "👍")
        edit_message(house.ana, message, f"{message.body} Seguro.", body_rev=message.body_rev)
    found = cast_module.sign_in(house.app.test_client(), house.ana).get("/search?q=grúa+seguro")
    assert found.text.count("<mark>Seguro</mark>") == 2
    delete_message(house.ana, first)
    assert queries.latest(channel.id)[0].deleted_at


def test_the_same_client_id_is_one_message_across_partitions(house):
    channel = channel_of(house.licences)
    before = say(house.ana, channel, "Una vez.")
    cut_now()
    again = post_message(house.ana, channel.id, "Una vez.", client_id=before.client_id)
    assert again.id == before.id
    assert say(house.ana, channel, "Otra.").seq == 2


def test_nothing_can_refer_to_what_is_not_there(house):
    cut_now()
    message = say(house.ana, channel_of(house.licences), "Hola.")
    assert stored_in(message).startswith("messages_from_")
    reaction = {"message_id": uuid4(), "person_id": house.uxia.id, "emoji": "👍"}
    with pytest.raises(IntegrityError, match="fk_reactions_message_id_messages"):
        db.session.execute(insert(Reaction), [{**reaction, "created_at": clock.now()}])
    db.session.rollback()


def test_a_row_of_later_leaves_all_as_it_was(house):
    say(house.ana, channel_of(house.licences), "Hola.")
    with pytest.raises(NotByTimeError):
        cut(MESSAGES, [datetime.now(UTC) - timedelta(days=1), datetime(2100, 1, 1, tzinfo=UTC)])
    assert partitions_of(MESSAGES.name) == []
    checks = text("SELECT count(*) FROM pg_constraint WHERE conname LIKE '%before_cut'")
    assert db.session.scalar(checks) == 0


def test_years_are_added_before_they_come(house):
    with clock.freeze(datetime(2026, 12, 2, 12, tzinfo=UTC)):
        for table in TIMED_TABLES:
            cut(table, years_from(clock.now()))
        prolong_all()
        names = [part.name for part in partitions_of(MESSAGES.name)]
    assert names == [
        "messages_until_20270101",
        "messages_from_20270101",
        "messages_from_20280101",
        "messages_later",
    ]
    with clock.freeze(datetime(2027, 1, 1, 12, tzinfo=UTC)):
        prolong_all()
        prolong_all()
        after = partitions_of(MESSAGES.name)
    assert [part.name for part in after[3:]] == ["messages_from_20290101", "messages_later"]
    assert after[-1].begins == datetime(2030, 1, 1, tzinfo=UTC)
    say(house.ana, channel_of(house.licences), "Hola.")


def test_the_command_says_when_it_does_not_pay_and_may_be_repeated(new_migrated_url, tmp_path):
    place = Place({"data_dir": str(tmp_path / "place"), "database_url": new_migrated_url()})
    assert "100,000,000" in refused(place.run(partition))
    first, again = place.run(partition, "--anyway"), place.run(partition, "--anyway")
    assert first.exit_code == again.exit_code == 0, first.output + again.output
    assert first.output == again.output
    assert "search_documents_later" in first.output


def test_the_doctor_says_when_to_cut_and_that_years_are_lacking(
    new_migrated_url, tmp_path, monkeypatch
):
    place = Place({"data_dir": str(tmp_path / "place"), "database_url": new_migrated_url()})
    monkeypatch.setattr(partitions, "WORTH_CUTTING", 0)

    def found():
        (line,) = re.findall(r"(?m)^(?:ok   |WRONG) cut by time: .*", place.run(doctor).output)
        return line

    assert "run `intranet partition`" in found()
    assert place.run(partition).exit_code == 0
    assert found() == "ok    cut by time: cut by time"
    with clock.freeze(datetime.now(UTC) + timedelta(days=2000)):
        assert "start `intranet worker`" in found()
