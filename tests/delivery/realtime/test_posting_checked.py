"""A post over a socket checks the sign-in in its own transaction, before anything is answered."""

from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from intranet.delivery.files.operations import store_upload
from intranet.extensions import db
from intranet.messaging.messages.models import Message
from intranet.organisation.accounts.models import SignIn
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from tests.delivery.realtime.clients import drain
from tests.messaging.messages.helpers import channel_of

pytestmark = pytest.mark.both


@pytest.fixture
def channel_id(app, cast):
    with app.app_context():
        return str(channel_of(cast.urban_planning).id)


def message(channel_id, **more):
    plain = {"conversation_id": channel_id, "client_id": str(uuid4()), "body": "Good morning."}
    return {**plain, **more}


def end_elsewhere(app):
    """End all sign-ins as another process would, of which the sockets have not been told yet."""
    with app.app_context(), unit_of_work():
        db.session.execute(update(SignIn).values(ended_at=clock.now()))


def stored(app):
    drain(app)
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Message))


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"body": ""},
        {"body": "@[x](person:1) Good."},
        {"conversation_id": str(uuid4())},
        {"parent_id": str(uuid4())},
    ],
)
def test_nothing_is_posted_or_said_after_the_end_of_a_sign_in(
    app, connect, cast, channel_id, asked
):
    ana = connect(cast.ana)
    ana.next("hello")
    end_elsewhere(app)
    reply = ana.ask("message:post", message(channel_id, **asked))

    assert reply["error"]["status"] == 401
    assert ana.next("session:ended") == {"reason": "ended"}
    assert stored(app) == 0


def test_a_token_posts_only_with_the_scope(app, connect, cast, token, channel_id):
    reader = connect(cast.ana, token=token(cast.ana, "read"))
    for body in ("Good morning.", "", "@[x](person:1) Good."):
        refused = reader.ask("message:post", message(channel_id, body=body))
        assert refused["error"]["status"] == 403
        assert refused["error"]["detail"].startswith("Esta clave de programa")
    assert stored(app) == 0
    writer = connect(cast.ana, token=token(cast.ana, "read", "write"))
    assert writer.ask("message:post", message(channel_id))["ok"] is True


def test_a_message_carries_the_name_of_now(app, connect, cast, channel_id):
    ana, carles = connect(cast.ana), connect(cast.carles)
    ana.next("hello")
    carles.next("hello")
    with app.app_context(), unit_of_work():
        db.session.execute(
            update(Person).where(Person.id == cast.ana.id).values(name="Ana Vidal Castro")
        )
    reply = ana.ask("message:post", message(channel_id))

    assert reply["message"]["author"]["name"] == "Ana Vidal Castro"
    assert carles.next("message:posted")["message"] == reply["message"]


def test_refusals_are_in_the_language_of_the_account(app, connect, cast, channel_id):
    ana = connect(cast.ana)
    ana.next("hello")
    account = cast.account_of
    with app.app_context(), unit_of_work():
        account(cast.ana).locale = "eu"
    basque = ana.ask("message:post", message(channel_id, parent_id=str(uuid4())))["error"]
    with app.app_context(), unit_of_work():
        account(cast.ana).locale = "gl"
    galician = ana.ask("message:post", message(channel_id, parent_id=str(uuid4())))["error"]

    assert basque["status"] == galician["status"] == 422
    assert basque != galician


def test_an_answer_is_what_others_get_and_what_is_read_later(app, connect, cast, channel_id):
    ana, carles = connect(cast.ana), connect(cast.carles)
    with app.app_context():
        file_id = store_upload(cast.ana, BytesIO(b"Text."), "nota.txt").id
    first = message(channel_id)
    answers = [ana.ask("message:post", first)["message"]]
    details: list[dict[str, Any]] = [
        {"file_ids": [str(file_id)]},
        {"body": f"@[x](person:{cast.carles.id}) Good."},
        {"parent_id": answers[0]["id"]},
    ]
    answers += [ana.ask("message:post", message(channel_id, **more))["message"] for more in details]
    pushed = [carles.next("message:posted")["message"] for _answer in answers]
    again = ana.ask("message:post", first)["message"]
    known = {"conversations": [{"id": channel_id, "rev": 0}]}
    [later] = carles.ask("conversation:sync", known)["conversations"]

    assert pushed == answers
    assert again == {**answers[0], "rev": 5, "reply_count": 1}
    assert later["messages"] == [*answers[1:], again]
