"""The pages of hand-overs, and every door at which a leaver knocks afterwards."""

import re

import pytest
from sqlalchemy import select

from intranet.attention.notifications.models import Notification
from intranet.extensions import db
from intranet.messaging.conversations.operations import start_post_conversation
from intranet.messaging.messages.posting import post_message
from intranet.organisation.people.operations.appointments import appoint
from intranet.platform.core import clock
from intranet.platform.core.ids import uuid7
from intranet.platform.core.outbox import run_due
from intranet.records.hand_over.jobs import tell_of_hand_overs
from intranet.records.hand_over.operations import write_words
from tests.collaboration.groups.helpers import group_of
from tests.messaging.messages.helpers import channel_of
from tests.records.hand_over.helpers import (
    asked,
    at,
    day,
    head_of_section,
    initiative_of,
    leaves,
    person_in,
    scheduled,
)

HOSTILE = ("\0", "x" * 20_000, "🎉" * 5_000, "[]", "-1", "' OR 1=1", "\u202e")


@pytest.fixture
def left(app, cast):
    """Elvira has left Licences for another post of the town; there is a bit of everything."""
    with app.app_context():
        post = cast.head_of_licences_post
        elvira = head_of_section(cast)
        appoint(None, cast.technician_post, elvira, starts_on=day(-10))
        with clock.freeze(at(0)):
            talk = start_post_conversation(cast.xoel, post)
            post_message(cast.xoel, talk.id, "¿Secreto del puesto?", client_id=uuid7())
            ids = {
                "talk": talk.id,
                "initiative": initiative_of(elvira, post, "Obra menor").publication_id,
                "scheduled": scheduled(elvira, "Aviso de Licencias", at(20)).id,
                "group": group_of(elvira, "Vados").space_id,
                "question": asked(cast.bieito, cast.vilaverde_post, post).publication_id,
                "channel": channel_of(cast.licences).id,
            }
        row = leaves(elvira, post, on=day(3))
        write_words(elvira, row, "Léelo entero.", ["Llaves"], edition=0)
        ids |= {"elvira": elvira.id, "row": row.id, "post": post.id}
        db.session.expunge(elvira)
    return ids | {"person": elvira}


def page(ids, suffix=""):
    return f"/posts/{ids['post']}/hand-over{suffix}?of={ids['row']}&lang=en"


def test_the_leaver_writes_and_chooses_until_the_end_and_sees_nothing_after(client_of, left):
    elvira = client_of(left["person"])
    shown = elvira.get(page(left))
    assert shown.status_code == 200
    assert "Léelo entero." in shown.text
    assert "/me/data" in shown.text
    form = {"words": "Corregido.", "checks": "Llaves\n\nSello", "edition": "1"}
    assert elvira.submit(page(left, "/words"), form).status_code == 303
    assert elvira.submit(page(left, "/words"), form).status_code == 409
    assert elvira.submit(page(left, "/accept"), {}).status_code == 403
    with clock.freeze(at(4)):
        elvira = client_of(left["person"])
        for address in (
            page(left),
            f"/c/{left['talk']}",
            f"/p/{left['scheduled']}",
            f"/p/{left['scheduled']}/edit",
            f"/initiatives/{left['initiative']}/edit",
            f"/c/{left['channel']}",
        ):
            assert elvira.get(address).status_code in {403, 404}, address
        assert elvira.submit(page(left, "/words"), form | {"edition": "2"}).status_code == 404
        found = elvira.get("/search?q=Secreto").text + elvira.get("/messages").text
        assert "Secreto del puesto" not in found
        texts = (elvira.get(f"/posts/{left['post']}").text, elvira.get("/").text)
        assert not any("hand-over" in text for text in texts)


@pytest.mark.slow
def test_the_successor_reads_and_accepts_without_scripts(app, cast, client_of, left):
    with app.app_context():
        lucia = person_in(
            cast.monteclaro, "Lucía Montero", cast.head_of_licences_post, starts_on=day(10)
        )
        db.session.expunge(lucia)
    with clock.freeze(at(10)):
        with app.app_context():
            tell_of_hand_overs()
        client = client_of(lucia)
        assert "Léelo entero." in client.get(page(left)).text
        assert "hand-over" in client.get("/").text
        assert "hand-over" in client.get(f"/posts/{left['post']}").text
        text = client.get(page(left)).text
        number = int(re.findall(r"Accept the (\d+) that remain", text)[0])
        kind, thing = re.findall(
            r'name="kind" value="(\w+)">\s*<input type="hidden" name="thing" value="([^"]+)"', text
        )[0]
        one = client.submit(page(left, "/accept"), {"kind": kind, "thing": thing})
        assert one.status_code == 303
        assert f"Accept the {number - 1} that remain" in client.get(page(left)).text
        assert client.submit(page(left, "/accept"), {}).status_code == 303
        text = client.get(page(left)).text
        assert "that remain" not in text
        assert "accepted by Lucía Montero" in text
        assert "hand-over" not in client.get("/").text


@pytest.mark.slow
def test_nothing_hostile_breaks_it(client_of, cast, left):
    elvira, dorleta = client_of(left["person"]), client_of(cast.dorleta)
    for value in HOSTILE:
        for name in ("words", "checks", "edition"):
            sent = elvira.submit(page(left, "/words"), {name: value})
            assert sent.status_code < 500, (name, value)
        assert elvira.submit(page(left, "/gifts"), {"gift": value}).status_code < 500
        assert (
            elvira.submit(page(left, "/accept"), {"kind": value, "thing": value}).status_code < 500
        )
        give = {"kind": value, "thing": value, "post": value}
        assert dorleta.submit("/admin/L01990012/orphans/give", give).status_code < 500
    assert elvira.get(f"/posts/{left['post']}/hand-over?of=nothing").status_code == 404


@pytest.mark.slow
def test_the_overview_counts_what_nobody_has_and_the_list_gives_it(cast, client_of, left):
    with clock.freeze(at(5)):
        dorleta = client_of(cast.dorleta)
        overview = dorleta.get("/admin/L01990012?lang=en").text
        assert 'hx-get="/admin/L01990012/orphans"' in overview
        assert "Without anyone responsible" in overview
        listed = dorleta.get("/admin/L01990012/orphans").text
        number = re.search(r'id="figure">(\d+)<', listed)
        assert number
        assert int(number[1]) == listed.count('action="/admin/L01990012/orphans/give"') > 1
        assert "Aviso de Licencias" not in listed  # a draft that Dorleta may not read
        assert "not open to you" in dorleta.get("/admin/L01990012/orphans?lang=en").text
        assert "Obra menor" in listed
        form = {
            "kind": "of_post",
            "thing": str(left["initiative"]),
            "post": "Jefe/a de Servicio de Urbanismo",
        }
        assert dorleta.submit("/admin/L01990012/orphans/give", form).status_code == 303
        assert "Obra menor" not in dorleta.get("/admin/L01990012/orphans").text
        log = dorleta.get("/admin/L01990012/audit?lang=en").text
        assert "something that nobody had" in log
        assert client_of(cast.guillem).get("/admin/L01990012/orphans").status_code == 404


def test_each_is_told_once(app, cast, left):
    with app.app_context():
        lucia = person_in(
            cast.monteclaro, "Lucía Montero", cast.head_of_licences_post, starts_on=day(10)
        )
        for days in (0, 0, 4, 4, 10, 10):
            with clock.freeze(at(days, 12)):
                tell_of_hand_overs()
                run_due()
        told = db.session.execute(
            select(Notification.person_id, Notification.why).where(
                Notification.path.contains(str(left["row"]))
            )
        ).all()
        assert sorted(map(tuple, told)) == sorted(
            [
                (left["elvira"], "hand_over_write"),
                (cast.carles.id, "hand_over_head"),
                (lucia.id, "hand_over_take"),
            ]
        )
