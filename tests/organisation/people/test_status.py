"""A status: written with an end, shown beside the name, gone by itself."""

from datetime import timedelta

import pytest

from intranet.extensions import db
from intranet.organisation.people.operations.status import (
    clear_status,
    forget_ended_statuses,
    set_status,
)
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid
from tests.messaging.messages.helpers import channel_of, read_english, say


def later(**more):
    return clock.now() + timedelta(**more)


def test_it_stands_until_its_end_and_is_forgotten_after_it(app_context, cast):
    end = later(hours=1)
    set_status(cast.ana, emoji="", text="En ventanilla", until=end)
    assert cast.ana.status.text == "En ventanilla"
    forget_ended_statuses(clock.now())
    assert cast.ana.status_text == "En ventanilla"
    with clock.freeze(end):
        assert cast.ana.status is None
        forget_ended_statuses(clock.now())
    db.session.expire_all()
    assert cast.ana.status_text == ""
    assert cast.ana.status_until is None


def test_one_of_an_emoji_alone_is_enough_and_another_replaces_it(app_context, cast):
    set_status(cast.ana, emoji="🎧", text="", until=later(minutes=30))
    assert (cast.ana.status.emoji, cast.ana.status.text) == ("🎧", "")
    set_status(cast.ana, emoji="", text="En una visita", until=later(minutes=30))
    assert (cast.ana.status.emoji, cast.ana.status.text) == ("", "En una visita")
    clear_status(cast.ana)
    assert cast.ana.status is None


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"emoji": "", "text": "  "}, "text"),
        ({"emoji": "no", "text": ""}, "emoji"),
        ({"emoji": "", "text": "a", "until": timedelta(0)}, "until"),
        ({"emoji": "", "text": "a", "until": timedelta(days=800)}, "until"),
        ({"emoji": "", "text": "a" * 81}, "text"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason_beside_it(app_context, cast, said, field):
    until = clock.now() + said.pop("until", timedelta(hours=1))
    with pytest.raises(Invalid) as refused:
        set_status(cast.ana, until=until, **said)
    assert field in refused.value.errors


@pytest.mark.slow
def test_it_stands_beside_the_name_and_on_the_profile(app, cast, client_of):
    with app.app_context():
        set_status(cast.uxia, emoji="", text="En ventanilla", until=later(minutes=5))
        room = channel_of(cast.licences)
        say(cast.uxia, room, "Hola.")
        address = f"/c/{room.id}"
    read_english(app, cast.ana)
    ana = client_of(cast.ana)
    assert "En ventanilla" in ana.get(address).text
    assert "En ventanilla" in ana.get(f"/people/{cast.uxia.id}").text
    with app.app_context():
        clear_status(cast.uxia)
    assert "En ventanilla" not in ana.get(address).text


@pytest.mark.parametrize("ends", ["30", "60", "today", "week", "date"])
def test_the_form_takes_each_end(app, cast, client_of, ends):
    ana = client_of(cast.ana)
    assert ana.get("/me/status").status_code == 200
    day = (clock.today("Europe/Madrid") + timedelta(days=2)).isoformat()
    sent = {"text": "Fuera", "ends": ends, "last_day": day, "next": "/messages"}
    done = ana.submit("/me/status", sent)
    assert (done.status_code, done.location) == (303, "/messages")
    with app.app_context():
        left = cast.ana.status.until - clock.now()
        assert timedelta(0) < left <= timedelta(days=7)
    ana.submit("/me/status/clear", {})
    with app.app_context():
        db.session.expire_all()
        assert cast.ana.status is None


def test_the_form_keeps_what_was_typed_where_it_is_refused(cast, client_of):
    ana = client_of(cast.ana)
    sent = {"text": "Vacaciones largas", "ends": "date", "last_day": ""}
    refused = ana.submit("/me/status", sent)
    assert refused.status_code == 422
    assert "Vacaciones largas" in refused.text
