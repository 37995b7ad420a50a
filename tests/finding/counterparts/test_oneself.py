"""Saying what one does, and keeping posts for oneself."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from intranet.extensions import db
from intranet.finding.counterparts.function_prompt import offers_for
from intranet.organisation.agencies.functions import weigh
from intranet.organisation.agencies.models import Post, PostFunction
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.operations.appointments import end_appointment
from intranet.platform.core import clock
from intranet.platform.core.types import Localized


def functions_of(app, post_id):
    with app.app_context():
        rows = db.session.scalars(select(PostFunction).where(PostFunction.post_id == post_id))
        return {row.function_code: row.is_suggested for row in rows}


@pytest.mark.slow
def test_on_the_first_visit_one_click_says_what_one_does(app, cast, client_of, elsewhere):
    client = client_of(cast.bieito)
    home = client.get("/?lang=en").text
    assert "What do you do?" in home
    assert 'value="SEC" checked' in home.replace("  ", " ") or "claim-SEC" in home

    answer = client.submit(
        "/counterparts/doing",
        {"post_id": str(cast.vilaverde_post.id), "function": ["SEC", "PRO"], "open": "1"},
    )

    assert answer.status_code == 303
    assert functions_of(app, cast.vilaverde_post.id) == {"SEC": False, "PRO": False}
    assert "What do you do?" not in client.get("/?lang=en").text
    with app.app_context():
        assert cast.bieito.open_to_questions
    later = clock.now() + timedelta(days=400)
    with clock.freeze(later):
        assert "Is this still what you do?" in client_of(cast.bieito).get("/?lang=en").text


@pytest.mark.parametrize(
    ("functions", "said"),
    [
        ([], "Choose at least one"),
        (["XXX"], "function XXX does not exist"),
        (["SEC"] * 6, "at most five"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_written(app, cast, client_of, functions, said):
    before = functions_of(app, cast.vilaverde_post.id)
    answer = client_of(cast.bieito).submit(
        "/counterparts/doing?lang=en",
        {"post_id": str(cast.vilaverde_post.id), "function": functions},
    )

    assert answer.status_code == 422
    assert said in answer.text
    assert functions_of(app, cast.vilaverde_post.id) == before


def test_nobody_says_it_for_another_post(app, cast, client_of):
    answer = client_of(cast.ana).submit(
        "/counterparts/doing", {"post_id": str(cast.vilaverde_post.id), "function": ["URB"]}
    )
    assert answer.status_code == 404
    assert "URB" not in functions_of(app, cast.vilaverde_post.id)


@pytest.mark.slow
@pytest.mark.both
def test_what_one_keeps_only_oneself_sees_with_who_came_and_went(app, cast, client_of, elsewhere):
    client = client_of(cast.bieito)
    kept = {"post_id": str(elsewhere.vallserena_0), "list_name": "Plenos", "note": "Majoria"}
    client.submit("/counterparts/kept", {**kept, "follow": "1"})

    page = client.get("/counterparts/kept?lang=en").text
    for words in ("Plenos", "Majoria", "Quim", "Followed"):
        assert words in page
    assert "Plenos" not in client_of(cast.ana).get("/counterparts/kept").text
    with clock.freeze(clock.now() + timedelta(days=3)):
        with app.app_context():
            row = db.session.scalars(
                select(Appointment).where(Appointment.person_id == elsewhere.quim)
            ).one()
            end_appointment(None, row, last_day=clock.today("Europe/Madrid") - timedelta(days=1))
        assert "Quim left" in client_of(cast.bieito).get("/counterparts/kept?lang=en").text

    client.submit(f"/counterparts/kept/{elsewhere.vallserena_0}/remove")
    assert "Plenos" not in client.get("/counterparts/kept").text
    long = client.submit("/counterparts/kept", {**kept, "note": "x" * 501})
    assert long.status_code == 303
    assert "Plenos" not in client.get("/counterparts/kept").text


def test_who_hides_says_so_beside_what_they_do(app, cast, client_of, elsewhere):
    client_of(cast.bieito).submit(
        "/counterparts/doing",
        {"post_id": str(cast.vilaverde_post.id), "function": ["SEC"], "hide": "1"},
    )

    with app.app_context():
        assert not db.session.get_one(Person, cast.bieito.id).is_suggested
        quim = db.session.get_one(Person, elsewhere.quim)
        db.session.expunge(quim)
    assert "Bieito" not in client_of(quim).get("/counterparts").text


def test_programs_say_it_too(cast, client_of):
    client = client_of(cast.bieito)
    me = client.get("/api/v1/me").json
    assert (me["open_to_questions"], me["is_suggested"], me["confirmed_on"]) == (False, True, None)

    answer = client.patch(
        "/api/v1/me",
        json={"open_to_questions": True},
        headers={"X-CSRF-Token": client.token(), "If-Match": f'"{me["version"]}"'},
    )

    assert answer.status_code == 200
    assert answer.json["open_to_questions"]
    assert answer.json["is_suggested"]
    assert answer.json["confirmed_on"]


def test_what_occupations_suggest_is_offered_after_what_words_do(app, cast):
    with app.app_context():
        post = db.session.get_one(Post, cast.vilaverde_post.id)
        db.session.execute(delete(PostFunction).where(PostFunction.post_id == post.id))
        post.unit_id = post.unit.ancestor_ids[0]
        post.occupations = {"0110a": 0.9, "1111a": 0.1}  # a police lieutenant
        db.session.flush()
        with app.test_request_context():
            by_words = [*weigh("Bibliotecaria", "es")]
            post.title = Localized({"es": "Bibliotecaria"})
            offers = offers_for(post)
            assert [offer.code for offer in offers] == [*by_words, "POL"]
            assert [offer.code for offer in offers if offer.is_likely] == by_words[:1]
            post.title = Localized({"es": "Zzyzx"})
            assert [offer.code for offer in offers_for(post)] == ["POL"]
            post.occupations = None
            assert offers_for(post) == []
