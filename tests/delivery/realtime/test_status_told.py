"""Whether somebody can be reached, and their status: told to who reads a conversation still."""

from datetime import timedelta
from typing import Any

import pytest

from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.status import set_status
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from tests.delivery.realtime.clients import wait_until
from tests.messaging.messages.helpers import channel_of, space_of


def seen_by(cast, visibility: Visibility) -> None:
    """Let a channel of Carles be seen as far as that."""
    with unit_of_work():
        space_of(cast.urban_planning).visibility = visibility
    db.session.rollback()


def says(cast, text: str) -> None:
    carles = db.session.get_one(Person, cast.carles.id)
    set_status(carles, emoji="", text=text, until=clock.now() + timedelta(hours=1))


@pytest.mark.parametrize("closed", [True, False])
def test_who_reads_a_channel_no_more_hears_no_status_there(app, connect, cast, closed):
    with app.app_context():
        seen_by(cast, Visibility.AGENCY)
        room = str(channel_of(cast.urban_planning).id)
    xoel, iria = connect(cast.xoel), connect(cast.iria)
    for screen in (xoel, iria):
        screen.ask("conversation:watch", {"conversation_id": room})
    heard: dict[str, list[dict[str, Any]]] = {"xoel": [], "iria": []}

    def hears() -> bool:
        heard["xoel"] += xoel.heard("status:changed")
        heard["iria"] += iria.heard("status:changed")
        return bool(heard["xoel"])

    with app.app_context():
        if closed:
            seen_by(cast, Visibility.MEMBERS)
        says(cast, "Fuera hasta las once")
    wait_until(hears)
    hears()
    assert heard["xoel"][0]["status"]["text"] == "Fuera hasta las once"
    assert bool(heard["iria"]) is not closed
