"""What operators find: who, where, when, with what; and what they cannot resolve is words."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from intranet.extensions import db
from intranet.messaging.conversations.operations import create_channel, start_direct_message
from intranet.messaging.messages.models import Message
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.index.models import SearchDocument
from tests.messaging.messages.helpers import channel_of, say, space_of

pytestmark = pytest.mark.both


@pytest.mark.slow
def test_who_where_and_without(ids_found, cast):
    licences, planning = channel_of(cast.licences), channel_of(cast.urban_planning)
    inner = create_channel(cast.ana, space_of(cast.licences), "Obra menor", language="es")
    talk = start_direct_message(cast.ana, [cast.uxia])
    by_ana = say(cast.ana, licences, "El plano").id
    by_uxia = say(cast.uxia, licences, "El plano y la guía").id
    by_carles = say(cast.carles, planning, "El plano").id
    within = say(cast.ana, inner, "El plano").id
    between = say(cast.uxia, talk, "El plano").id
    everything = {by_ana, by_uxia, by_carles, within, between}

    for text, found in {
        "plano": everything,
        "from:carles plano": {by_carles},
        "de:mí plano": {by_ana, within},
        "nork:uxia plano": {by_uxia, between},
        "from:carles from:uxia plano": {by_carles, by_uxia, between},
        "-from:me plano": {by_uxia, by_carles, between},
        "in:licencias plano": {by_ana, by_uxia, within},
        'in:"obra menor" plano': {within},
        "in:uxia plano": {between},
        'in:uxia in:"obra menor" plano': {between, within},
        "-in:licencias plano": {by_carles, between},
        "unit:urbanismo plano": {by_ana, by_uxia, by_carles, within},
        "unit:licencias from:me": {by_ana, within},
        "agency:monteclaro plano": {by_ana, by_uxia, by_carles, within},
        "agency:monteclaro in:uxia plano": set(),
        "plano -guía": everything - {by_uxia},
        '-"la guia" in:licencias': {by_ana, within},
        "from:nadie plano": set(),
        "in:nowhere plano": set(),
        "has:nothing": set(),
    }.items():
        assert set(ids_found(cast.ana, text)) == found, text


def test_when(ids_found, cast):
    room = channel_of(cast.licences)
    today = clock.today("Europe/Madrid")
    ids = []
    for days in (400, 40, 1, 0):
        message = say(cast.ana, room, "plano")
        at = clock.now() - timedelta(days=days)
        with unit_of_work():
            for row, key in ((Message, Message.id), (SearchDocument, SearchDocument.subject_id)):
                changed = {"created_at" if row is Message else "at": at}
                db.session.execute(update(row).where(key == message.id).values(**changed))
        ids.append(message.id)
    old, last, yesterday, now = ids
    month = (today - timedelta(days=40)).replace(day=1)
    for text, found in {
        "after:ayer": [now, yesterday],
        "antes:ayer plano": [last, old],
        f"before:{month:%Y-%m}": [old],
        f"geroztik:{month:%Y-%m} aurretik:{today}": [yesterday, last],
        "before:1999": [],
        f"after:{today.year + 1}": [],
    }.items():
        assert ids_found(cast.uxia, text) == found, text
    assert ids_found(cast.uxia, "plano", since=today) == [now]
    assert ids_found(cast.uxia, "plano", until=today - timedelta(days=2)) == [last, old]
