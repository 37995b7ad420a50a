"""What a message said before an edit is taken away for good, and that it was stays."""

from uuid import UUID

import pytest
from sqlalchemy import select

from intranet.attention.moderation.operations.naming import name_moderator
from intranet.extensions import db
from intranet.messaging.messages.models import Message, MessageVersion
from intranet.messaging.messages.operations import edit_message
from intranet.platform.audit.models import AuditLine
from intranet.platform.core.idempotency import Repeatable
from tests.messaging.messages.helpers import channel_of, say, space_of
from tests.pages.api.calls import browser

SECRET = "alcornoque"


@pytest.fixture
def edited(app, cast):
    """The ids of a message of Uxía's in licences, which was corrected, and of what it said."""
    with app.app_context():
        message = say(cast.uxia, channel_of(cast.licences), f"La clave es {SECRET}.")
        edit_message(cast.uxia, message, "La clave, en mano.", body_rev=message.body_rev)
        (version,) = db.session.scalars(select(MessageVersion))
        address = f"/c/{message.conversation_id}/m/{message.seq}/versions"
        return {"id": message.id, "version": version.id, "address": address}


@pytest.mark.slow
def test_its_author_takes_it_away_and_a_mark_stays(app, cast, client_of, edited):
    uxia, ana = client_of(cast.uxia), client_of(cast.ana)
    assert SECRET in ana.get(edited["address"]).text
    rev = revision(app, edited)

    assert uxia.submit(f"{edited['address']}/{edited['version']}/remove").status_code == 303

    page = ana.get(edited["address"]).text
    assert SECRET not in page
    assert "definitivamente el" in page
    (version,) = ana.get(f"/api/v1/messages/{edited['id']}/versions").json["items"]
    assert (version["body"], version["html"]) == ("", "")
    assert version["removed_at"]
    assert revision(app, edited) > rev  # open screens are told
    with app.app_context():
        asked = select(AuditLine).where(AuditLine.act == "message.remove_version")
        (line,) = db.session.scalars(asked)
        assert line.actor_id == cast.uxia.id
        assert SECRET not in str(line.detail)


def revision(app, edited):
    with app.app_context():
        return db.session.get_one(Message, edited["id"]).rev


@pytest.mark.slow
def test_who_leads_the_place_does_it_too_and_nobody_else(app, cast, edited):
    address = f"/messages/{edited['id']}/versions/{edited['version']}"
    assert browser(app, cast.nadia).delete(address).status_code == 404
    assert (
        browser(app, cast.uxia)
        .delete(f"/messages/{edited['id']}/versions/{edited['id']}")
        .status_code
        == 404
    )
    assert browser(app, cast.ana).delete(address).status_code == 200  # acts as the head
    with app.app_context():
        assert db.session.get_one(MessageVersion, edited["version"]).body == ""


def test_a_colleague_does_not(app, cast):
    with app.app_context():
        message = say(cast.ana, channel_of(cast.licences), SECRET)
        edit_message(cast.ana, message, "Otra cosa.", body_rev=message.body_rev)
        (version,) = db.session.scalars(select(MessageVersion))
        address = f"/messages/{message.id}/versions/{version.id}"
    assert browser(app, cast.uxia).delete(address).status_code == 403


@pytest.mark.slow
def test_who_was_named_to_moderate_does_it_too_without_heading(app, cast, client_of, edited):
    with app.app_context():
        message = say(cast.ana, channel_of(cast.licences), SECRET)
        edit_message(cast.ana, message, "Otra cosa.", body_rev=message.body_rev)
        asked = select(MessageVersion).where(MessageVersion.message_id == message.id)
        (version,) = db.session.scalars(asked)
        address = f"/c/{message.conversation_id}/m/{message.seq}/versions"
        ids = (message.id, version.id)
        name_moderator(cast.ana, space_of(cast.licences), cast.uxia.id)
    uxia = client_of(cast.uxia)
    assert f"{address}/{ids[1]}/remove" in uxia.get(address).text
    assert uxia.submit(f"{address}/{ids[1]}/remove").status_code == 303
    with app.app_context():
        assert db.session.get_one(MessageVersion, ids[1]).body == ""
    # To delete the message itself is another right.
    assert browser(app, cast.uxia).delete(f"/messages/{ids[0]}").status_code == 403


@pytest.mark.slow
@pytest.mark.both
def test_nothing_is_left_by_which_it_could_be_read_or_guessed(app, cast):
    uxia = browser(app, cast.uxia)
    with app.app_context():
        channel = channel_of(cast.licences).id
    sent = {"client_id": "0192b5c8-0000-7000-8000-000000000007", "body": f"Es {SECRET}."}
    key = {"Idempotency-Key": "once"}
    made = uxia.post(f"/conversations/{channel}/messages", json=sent, headers=key)
    assert made.status_code == 201, made.text
    with app.app_context():
        message = db.session.get_one(Message, UUID(made.json["id"]))
        edit_message(cast.uxia, message, "En mano.", body_rev=message.body_rev)
        asked = select(MessageVersion.id).where(MessageVersion.message_id == message.id)
        version_id = db.session.scalars(asked).one()
        assert SECRET in str(db.session.scalars(select(Repeatable.answer)).all())
    assert uxia.delete(f"/messages/{made.json['id']}/versions/{version_id}").status_code == 200

    again = uxia.post(f"/conversations/{channel}/messages", json=sent, headers=key)
    assert again.status_code == 409
    assert SECRET not in again.text
    with app.app_context():
        assert db.session.get_one(Message, UUID(made.json["id"])).sent_hash == ""
        kept = db.session.scalars(select(Repeatable)).all()
        assert [(row.answer, row.request_hash) for row in kept] == [(None, "")]
