"""Saying of a counterpart "yes" or "not this": at once, for oneself, undone by a press."""

import re

import pytest
from sqlalchemy import func, select

from intranet.extensions import db
from intranet.finding.counterparts import operations
from intranet.finding.counterparts.models import CounterpartOpinion
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.operations.appointments import appoint, end_now
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work

pytestmark = pytest.mark.both
CALL = "/api/v1/counterparts?lang=en"
FRAGMENT = {"HX-Request": "true"}


def titles(client, query=""):
    return [item["post"]["title"] for item in client.get(CALL + query).json["items"]]


def say(client, post_id, word, *, headers=None, **search):
    return client.submit(
        f"/counterparts/opinions/{post_id}?lang=en", {"say": word, **search}, headers=headers or {}
    )


def person(app, person_id):
    with app.app_context():
        found = db.session.get_one(Person, person_id)
        db.session.expunge(found)
    return found


@pytest.mark.slow
def test_not_this_leaves_every_list_of_mine_and_comes_back_by_another_press(
    cast, client_of, elsewhere
):
    client = client_of(cast.bieito)
    before = titles(client)
    assert before[0] == "Secretari interventor"

    hidden = say(client, elsewhere.vallserena_0, "no", headers=FRAGMENT)

    assert hidden.status_code == 200
    assert "Hidden: Secretari interventor, Ajuntament de Vallserena" in hidden.text
    assert "1 hidden post" in hidden.text
    assert titles(client) == before[1:]
    page = client.get("/counterparts?lang=en").text
    assert "Quim" not in page
    assert "1 hidden post" in page
    assert "Quim" not in client.get("/?lang=en").text
    assert "Quim" not in client.get(f"/people/{cast.bieito.id}?lang=en").text
    back = say(client, elsewhere.vallserena_0, "none", headers=FRAGMENT)
    assert "Quim" in back.text
    assert "Same level: head of a department or service" in back.text
    assert titles(client) == before


@pytest.mark.slow
def test_yes_comes_first_and_is_undone_by_another_press(cast, client_of, elsewhere):
    client = client_of(cast.bieito)
    before = titles(client)

    row = say(client, elsewhere.robledal_0, "yes", headers=FRAGMENT).text

    assert re.search(r'id="yes-[^>]*value="none"[^>]*aria-pressed="true"', row, re.DOTALL)
    assert titles(client)[0] == "Secretario general"
    assert set(titles(client)) == set(before)
    scores = [item["score"] for item in client.get(CALL).json["items"]]
    assert scores == sorted(scores, reverse=True)
    row = say(client, elsewhere.robledal_0, "none", headers=FRAGMENT).text
    assert 'aria-pressed="true"' not in row
    assert titles(client) == before


@pytest.mark.slow
def test_without_scripts_the_form_comes_back_to_the_list(cast, client_of, elsewhere):
    client = client_of(cast.bieito)

    answer = say(client, elsewhere.vallserena_0, "no", next="/counterparts")

    assert answer.status_code == 303
    assert answer.location.endswith("/counterparts")
    hidden = client.get("/counterparts/opinions?lang=en").text
    assert "Secretari interventor" in hidden
    (subject,) = re.findall(r'name="subject" value="([^"]+)"', hidden)
    client.submit(f"/counterparts/opinions/{elsewhere.vallserena_0}/back", {"subject": subject})
    assert "Secretari interventor" in titles(client)


@pytest.mark.slow
def test_nobody_else_sees_or_changes_an_opinion(app, cast, client_of, elsewhere):
    quim = person(app, elsewhere.quim)
    theirs = client_of(quim)
    before = theirs.get(CALL).json["items"], theirs.get("/counterparts?lang=en").text
    say(client_of(cast.bieito), elsewhere.vallserena_0, "no")

    assert theirs.get(CALL).json["items"] == before[0]
    other = client_of(cast.ana)
    assert "Secretari" not in other.get("/counterparts/opinions").text
    with app.app_context():
        key = db.session.scalar(select(CounterpartOpinion.subject))
    other.submit(f"/counterparts/opinions/{elsewhere.vallserena_0}/back", {"subject": key})
    with app.app_context():
        assert db.session.scalar(select(func.count(CounterpartOpinion.id))) == 1
    for_his_post = say(other, elsewhere.vallserena_0, "no", post=str(cast.vilaverde_post.id))
    assert for_his_post.status_code == 404


@pytest.mark.slow
def test_words_have_opinions_of_their_own(cast, client_of, elsewhere):
    client = client_of(cast.bieito)
    own = titles(client)

    say(client, elsewhere.vallserena_1, "no", q="Nominas")

    assert titles(client, "&q=nominas")[0] == "Nominen arduraduna"
    assert "Tècnica de nòmines" not in titles(client, "&q=nominas")
    assert "Tècnica de nòmines" in titles(client, "&q=quien+lleva+las+nominas")
    assert titles(client) == own
    assert "In the search “Nominas”" in client.get("/counterparts/opinions?lang=en").text
    say(client, elsewhere.vallserena_1, "none", q="nominas ")
    assert "Tècnica de nòmines" in titles(client, "&q=nominas")


@pytest.mark.slow
def test_a_successor_begins_with_what_the_predecessor_accepted(app, cast, client_of, elsewhere):
    client = client_of(cast.bieito)
    say(client, elsewhere.robledal_0, "yes")
    say(client, elsewhere.vallserena_0, "no")
    with app.app_context(), unit_of_work():
        post = db.session.get_one(Post, cast.vilaverde_post.id)
        for row in db.session.scalars(select(Appointment).where(Appointment.post_id == post.id)):
            end_now(row)
        appoint(
            None,
            post,
            db.session.get_one(Person, cast.dorleta.id),
            starts_on=clock.today("Europe/Madrid"),
        )

    successor = client_of(cast.dorleta)
    query = f"&post={cast.vilaverde_post.id}"
    assert titles(successor, query)[0] == "Secretario general"
    assert "Secretari interventor" in titles(successor, query)
    page = successor.get(f"/counterparts?lang=en{query}").text
    assert "according to an earlier holder of your post" in page
    say(successor, elsewhere.robledal_0, "no", post=str(cast.vilaverde_post.id))
    assert "Secretario general" not in titles(successor, query)


@pytest.mark.slow
def test_closed_agencies_and_ended_posts_are_named_nowhere(app, cast, client_of, elsewhere):
    client = client_of(cast.bieito)
    say(client, elsewhere.vallserena_0, "no")
    with app.app_context(), unit_of_work():
        db.session.get_one(Agency, elsewhere.vallserena).in_directory = False

    assert "Vallserena" not in client.get("/counterparts/opinions?lang=en").text
    assert "hidden post" not in client.get("/counterparts?lang=en").text
    assert say(client, elsewhere.vallserena_0, "yes").status_code == 404
    with app.app_context(), unit_of_work():
        post = db.session.get_one(Post, elsewhere.robledal_0)
        post.valid_to = clock.today("Europe/Madrid").replace(year=2023)
    assert "Secretario general" not in titles(client)
    assert say(client, elsewhere.robledal_0, "yes").status_code == 303


def test_limits_and_senseless_calls(app, cast, client_of, elsewhere, monkeypatch):
    client = client_of(cast.bieito)
    assert say(client, elsewhere.vallserena_0, "perhaps").status_code == 404
    assert say(client, cast.vilaverde_post.id, "no").status_code == 303  # an agency of his own
    with app.app_context():
        assert db.session.scalar(select(func.count(CounterpartOpinion.id))) == 0
    monkeypatch.setattr(operations, "MAX_OPINIONS", 1)
    say(client, elsewhere.vallserena_0, "no")
    say(client, elsewhere.robledal_0, "no")
    say(client, elsewhere.vallserena_0, "yes")
    with app.app_context():
        kept = db.session.scalars(select(CounterpartOpinion)).all()
        assert [(row.post_id, row.is_accepted) for row in kept] == [(elsewhere.vallserena_0, True)]
