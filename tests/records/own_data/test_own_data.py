"""The file of own data: everything of the person, and nothing that is not theirs."""

import io
from datetime import timedelta

import pytest

from intranet.delivery.files.models import File
from intranet.delivery.files.operations import store_upload
from intranet.extensions import db
from intranet.messaging.conversations.models import Participant
from intranet.messaging.conversations.operations import decline_direct_message, start_direct_message
from intranet.messaging.messages.operations import add_reaction
from intranet.messaging.messages.saving import save_message
from intranet.organisation.accounts.models import TalksCut
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, NotFound
from intranet.platform.core.outbox import Pace, run_due
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.records.own_data.catalogue import PARTS
from intranet.records.own_data.models import OwnDataFile
from intranet.records.own_data.operations import (
    KEPT_FOR,
    ask_for_own_data,
    delete_own_data,
    forget_files,
    make,
    take_own_data,
)
from tests.messaging.messages.helpers import channel_of, say
from tests.records.own_data.helpers import made_for

HERS = "La licencia de la calle Zarza está firmada."
HIS = "Gracias, la espero en mi despacho."


@pytest.mark.both
def test_the_file_says_what_a_person_wrote_and_where(app_context, cast):
    say(cast.ana, channel_of(cast.licences), HERS)
    say(cast.uxia, channel_of(cast.licences), "De otra persona.")

    found = made_for(cast.ana)

    (message,) = found.lines("messages")
    assert message["body"] == HERS
    assert message["conversation_name"] == "Licencias"
    assert "De otra persona." not in found.everything().decode("utf-8", "replace")
    assert HERS in found.page("pages/messages.html")


@pytest.mark.slow
def test_direct_messages_are_whole_but_for_talks_that_are_left_or_closed(app_context, cast):
    talk = start_direct_message(cast.ana, [cast.carles])
    say(cast.ana, talk, HERS)
    say(cast.carles, talk, HIS)

    assert [row["body"] for row in made_for(cast.ana).lines("talk_messages")] == [HERS, HIS]

    with unit_of_work():
        there = db.session.get_one(Participant, (talk.id, cast.ana.id))
        there.cut_at = clock.now()
    found = made_for(cast.ana)
    assert found.lines("talk_messages") == []
    assert [row["body"] for row in found.lines("messages")] == [HERS]
    assert HIS.encode() not in found.everything()

    decline_direct_message(cast.carles, talk)
    assert made_for(cast.carles).lines("talk_messages") == []


def test_it_holds_no_secret(app_context, cast):
    account = cast.account_of(cast.ana)
    found = made_for(cast.ana)

    assert account.password_hash.encode() not in found.everything()
    (told,) = found.lines("accounts")
    assert told["email"] == account.email
    assert "password_hash" not in told
    assert "accounts.password_hash" in found.page("index.html")


def test_what_the_log_says_of_a_person_comes_without_who_did_it(app_context, cast):
    town = cast.monteclaro.id
    about = ("person", cast.ana.id)
    record("person.rename", agency_id=town, actor_id=cast.dorleta.id, subject=about)
    record("hold.place", agency_id=town, actor_id=cast.dorleta.id, subject=about)
    record("hold.end", agency_id=town, actor_id=cast.ana.id, subject=("person", cast.xoel.id))
    record("unit.rename", agency_id=town, actor_id=cast.ana.id, subject=("unit", town))

    lines = made_for(cast.ana).lines("audit_lines")

    by_act = {line["act"]: line for line in lines}
    assert "actor_id" not in by_act["person.rename"]
    assert by_act["unit.rename"]["actor_id"] == str(cast.ana.id)
    assert not {"hold.place", "hold.end"} & set(by_act)


def test_an_account_that_others_changed_gets_no_file_until_its_owner_confirms(app_context, cast):
    made_for(cast.ana)
    account = cast.account_of(cast.ana)
    with unit_of_work() as work:
        work.add(TalksCut(account_id=account.id, proofs={}))
    with pytest.raises(Conflict):
        take_own_data(cast.ana)
    with pytest.raises(Conflict):
        ask_for_own_data(cast.ana, "es")
    with unit_of_work() as work:
        work.delete(db.session.get_one(TalksCut, account.id))
    assert take_own_data(cast.ana).size_bytes


def test_files_saved_messages_and_reactions_are_there(app_context, cast):
    channel = channel_of(cast.licences)
    said = say(cast.ana, channel, HERS)
    file = store_upload(cast.ana, io.BytesIO(b"plano de la zarza"), "plano.txt")
    theirs = store_upload(cast.carles, io.BytesIO(b"de otra persona"), "otro.txt")
    add_reaction(cast.ana, said, "👍")
    save_message(cast.ana, said)

    found = made_for(cast.ana)

    assert f"files/{file.id}-plano.txt" in found.paths
    assert not any(str(theirs.id) in path for path in found.paths)
    assert [row["emoji"] for row in found.lines("reactions")] == ["👍"]
    assert [row["message_id"] for row in found.lines("saved_messages")] == [str(said.id)]


def test_every_part_has_a_page_and_the_package_is_signed(app_context, cast):
    found = made_for(cast.ana, "ca")

    manifest = found.verify()
    assert manifest["person"] == str(cast.ana.id)
    assert manifest["rows"]["people"] == 1
    assert {f"pages/{part}.html" for part in PARTS} <= set(found.paths)
    assert '<html lang="ca">' in found.page("index.html")


def test_rows_beyond_one_part_are_all_there(app_context, cast, monkeypatch):
    monkeypatch.setattr("intranet.records.own_data.parts.ROWS_AT_ONCE", 2)
    channel = channel_of(cast.licences)
    wanted = [say(cast.ana, channel, f"Nota {number}").body for number in range(5)]
    for emoji in ("👍", "🎉", "👀"):
        add_reaction(cast.ana, say(cast.uxia, channel, emoji), emoji)

    found = made_for(cast.ana)

    assert [row["body"] for row in found.lines("messages")] == wanted
    assert {row["emoji"] for row in found.lines("reactions")} == {"👍", "🎉", "👀"}


def test_one_at_a_time_and_a_newer_one_replaces_the_first(app_context, cast):
    ask_for_own_data(cast.ana, "es")
    with pytest.raises(Conflict):
        ask_for_own_data(cast.ana, "es")
    run_due(pace=Pace.LONG)
    first = take_own_data(cast.ana).id

    made_for(cast.ana)

    assert db.session.get(File, first) is None
    assert take_own_data(cast.ana).id != first


def test_a_file_that_was_never_made_can_be_asked_for_again(app_context, cast):
    ask_for_own_data(cast.ana, "es")
    with clock.freeze(clock.now() + timedelta(hours=13)):
        ask_for_own_data(cast.ana, "es")


def test_it_goes_after_seven_days_or_by_hand(app_context, cast):
    made_for(cast.ana)
    made_for(cast.carles)
    delete_own_data(cast.carles)
    with pytest.raises(NotFound):
        take_own_data(cast.carles)

    forget_files(clock.now() + KEPT_FOR - timedelta(hours=1))
    assert take_own_data(cast.ana).size_bytes
    forget_files(clock.now() + KEPT_FOR + timedelta(hours=1))
    assert db.session.get(OwnDataFile, cast.ana.id) is None


def test_a_second_run_of_the_task_makes_no_second_file(app_context, cast):
    asked = ask_for_own_data(cast.ana, "es")
    payload = {"person_id": str(cast.ana.id), "asked_at": asked.asked_at.isoformat()}
    make(payload)
    first = take_own_data(cast.ana).id
    make(payload)
    assert take_own_data(cast.ana).id == first


def test_a_person_takes_it_with_one_press_and_nobody_else_can(app, cast, client_of):
    ana, dorleta = client_of(cast.ana), client_of(cast.dorleta)

    assert ana.submit("/me/data").status_code == 303
    assert "hx-trigger" in ana.get("/me/data").text  # it is on its way
    with app.app_context():
        run_due(pace=Pace.LONG)

    assert "/me/data/file" in ana.get("/me/data").text
    answer = ana.submit("/me/data/file")
    assert answer.mimetype == "application/zip"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert dorleta.submit("/me/data/file").status_code == 404
    with app.app_context():
        file_id = db.session.get_one(OwnDataFile, cast.ana.id).file_id
    assert dorleta.get(f"/files/{file_id}").status_code == 404


def test_taking_it_asks_for_the_password_again(app, cast, client_of):
    ana = client_of(cast.ana)
    with clock.freeze(clock.now() + timedelta(minutes=20)):
        answer = ana.submit("/me/data")
        assert answer.status_code == 403
        assert "confirm_password" in answer.text
    with app.app_context():
        assert db.session.get(OwnDataFile, cast.ana.id) is None
