"""It goes to those who were looked at: where others are in the audience, it is asked again."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts.models import AccountState
from intranet.organisation.people.operations.appointments import appoint
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.announcement_models import Recipient
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.publishing import publish_scheduled
from tests.cast import today
from tests.pages.api.calls import browser
from tests.publishing.publications.helpers import BODY, TITLE, draft

TEXTS = {"es": {"title": TITLE, "body": BODY}}


@pytest.fixture
def planning(app, cast):
    """A draft of Carles' for everybody in urban planning."""
    with app.app_context():
        return draft(cast.carles, audience=everybody_in(cast.urban_planning))


def everybody_in(unit):
    return {"any": [{"unit": str(unit.id), "subtree": True}]}


def somebody_comes(app, cast):
    with app.app_context():
        appoint(None, cast.officer_post, cast.nadia, starts_on=today())


def recipient_ids(app, publication):
    with app.app_context():
        asked = select(Recipient.person_id).where(Recipient.publication_id == publication.id)
        return set(db.session.scalars(asked))


def review(client, publication):
    page = client.get(f"/p/{publication.id}/review").text
    fields = re.findall(r'name="(edition|audience_version)"\s+value="([^"]*)"', page)
    return page, dict(fields)


@pytest.mark.slow
def test_who_publishes_is_asked_again_when_others_are_in_the_audience(
    app, cast, client_of, planning
):
    carles = client_of(cast.carles)
    _page, seen = review(carles, planning)
    somebody_comes(app, cast)

    refused = carles.submit(f"/p/{planning.id}/publish", seen)

    assert refused.status_code == 409
    assert "de 5 a 6 personas" in refused.text
    assert recipient_ids(app, planning) == set()
    again, seen = review(carles, planning)
    assert "Publicar para 6 personas" in again
    assert carles.submit(f"/p/{planning.id}/publish", seen).status_code == 303
    assert cast.nadia.id in recipient_ids(app, planning)


@pytest.mark.slow
@pytest.mark.both
def test_as_many_others_are_others(app, cast, client_of, planning):
    carles = client_of(cast.carles)
    _page, seen = review(carles, planning)
    somebody_comes(app, cast)
    with app.app_context(), unit_of_work():
        gone = db.session.get_one(Publication, planning.id)
        wanted = gone.announcement
        wanted.audience = {**(wanted.audience or {}), "except": [{"person": str(cast.xoel.id)}]}

    assert carles.submit(f"/p/{planning.id}/publish", seen).status_code == 409
    assert recipient_ids(app, planning) == set()


@pytest.mark.slow
def test_nobody_publishes_without_having_looked(app, cast, client_of, planning):
    carles = client_of(cast.carles)
    edition = planning.edition
    assert carles.submit(f"/p/{planning.id}/publish", {"edition": edition}).status_code == 422
    assert recipient_ids(app, planning) == set()


def test_a_program_need_not_name_the_audience(app, cast, planning):
    change = {"state": "published", "edition": planning.edition}
    done = browser(app, cast.carles).patch(f"/publications/{planning.id}", change)
    assert done.status_code == 200
    assert recipient_ids(app, planning) != set()


@pytest.mark.slow
def test_a_program_names_the_audience_that_it_looked_at(app, cast):
    api = browser(app, cast.carles)
    sent = {"texts": TEXTS, "audience": everybody_in(cast.urban_planning)}
    made = api.post("/publications", sent).json
    one = f"/publications/{made['id']}"
    seen = {name: made["draft"][name] for name in ("edition", "audience_version")}
    preview = api.post("/audiences/preview", sent["audience"]).json
    assert preview["version"] == seen["audience_version"]
    somebody_comes(app, cast)

    for state in ("published", "scheduled"):
        when = (clock.now() + timedelta(days=1)).isoformat()
        more = {"scheduled_at": when} if state == "scheduled" else {}
        refused = api.patch(one, {**seen, **more, "state": state})
        assert refused.status_code == 409
        assert api.get(one).json["state"] == "draft"
    match = {"If-Match": f'"{seen["edition"]}"'}
    version = {"audience_version": seen["audience_version"]}
    assert api.patch(one, {**version, "state": "published"}, headers=match).status_code == 409
    seen = {name: api.get(one).json["draft"][name] for name in seen}
    assert api.patch(one, {**seen, "state": "published"}).json["state"] == "published"


@pytest.mark.slow
@pytest.mark.both
def test_what_is_scheduled_goes_to_who_is_there_then_and_the_review_says_so(app, cast, client_of):
    at = clock.now() + timedelta(days=1)
    with app.app_context():
        made = draft(cast.carles, audience=everybody_in(cast.urban_planning), scheduled_at=at)
    carles = client_of(cast.carles)
    page, seen = review(carles, made)
    assert "quienes sean destinatarios en ese momento" in page
    assert carles.submit(f"/p/{made.id}/publish", seen).status_code == 303
    somebody_comes(app, cast)

    with app.app_context():
        with unit_of_work():
            db.session.get_one(Publication, made.id).scheduled_at = clock.now()
        publish_scheduled(db.session.get_one(Publication, made.id))

    assert cast.nadia.id in recipient_ids(app, made)


@pytest.mark.slow
@pytest.mark.both
def test_the_preview_counts_by_the_rule_by_which_it_is_sent(app, cast):
    heads = {"any": [{"level": "head"}]}
    api = browser(app, cast.carles)
    told = api.post("/audiences/preview", heads).json

    made = api.post("/publications", {"texts": TEXTS, "audience": heads}).json
    seen = {name: made["draft"][name] for name in ("edition", "audience_version")}
    api.patch(f"/publications/{made['id']}", {**seen, "state": "published"})

    addressed = api.get(f"/publications/{made['id']}/readers").json["counts"]["addressed"]
    assert told["count"] == 2  # Carles, and Ana who acts
    assert addressed == 1  # Carles sends it, and is not asked to confirm it
    reasons = {row["reason"]: row["count"] for row in told["excluded"]}
    assert reasons == {"elsewhere": 3, "beyond": 3}
    assert api.post(f"/audiences/preview?space_id={uuid4()}", heads).status_code == 422
    assert api.post("/audiences/preview?space_id=x", heads).status_code == 422
    nobody = browser(app, cast.xoel).post("/audiences/preview", heads).json
    assert (nobody["count"], nobody["space_id"]) == (0, None)
    assert [row["reason"] for row in nobody["excluded"]] == ["beyond"]


@pytest.mark.slow
@pytest.mark.both
def test_who_does_not_get_it_stands_there_with_the_reason(app, cast, client_of):
    with app.app_context():
        audience = {
            "any": [*everybody_in(cast.urban_planning)["any"], {"level": "head"}],
            "except": [{"person": str(cast.xoel.id)}],
        }
        appoint(None, cast.officer_post, cast.iria, starts_on=today() + timedelta(days=9))
        made = draft(cast.carles, audience=audience)
        assert cast.account_of(cast.lara).state == AccountState.DISABLED
    page = client_of(cast.carles).get(f"/p/{made.id}/audience/excluded").text
    found = re.findall(r'line__name">([^<]+)<.*?line__note">([^<]+)<', page, re.DOTALL)
    rows = dict(found)
    assert rows["Xoel Pardo"] == "Excepción: Xoel Pardo"
    assert "más adelante" in rows["Iria Souto"]
    assert "otra administración" in rows["Elna Puig"]
    assert "alcance" in rows["Nadia Benali"]
    assert "desactivada" in rows["Lara Nieto"]
    assert "Ana Castro" not in rows
    assert client_of(cast.nadia).get(f"/p/{made.id}/audience/excluded").status_code == 404


@pytest.mark.slow
@pytest.mark.both
def test_of_a_hidden_agency_nobody_is_named_among_the_left_out(app, cast, client_of):
    with app.app_context():
        with unit_of_work():
            cast.altamar.in_directory = False
        made = draft(cast.carles, audience={"any": [{"level": "head"}]})
    page = client_of(cast.carles).get(f"/p/{made.id}/audience/excluded").text
    assert "Nadia Benali" in page
    assert "Elna Puig" not in page


@pytest.mark.slow
@pytest.mark.both
def test_what_is_scheduled_for_others_is_a_draft_again(app, cast):
    api = browser(app, cast.carles)
    narrow, wide = everybody_in(cast.licences), everybody_in(cast.urban_planning)
    made = api.post("/publications", {"texts": TEXTS, "audience": narrow}).json
    one = f"/publications/{made['id']}"
    seen = {name: made["draft"][name] for name in ("edition", "audience_version")}
    when = (clock.now() + timedelta(days=1)).isoformat()
    kept = api.patch(one, {**seen, "scheduled_at": when, "state": "scheduled"}).json

    kept = api.patch(one, {"edition": kept["draft"]["edition"], "audience": narrow}).json
    assert kept["state"] == "scheduled"
    changed = api.patch(one, {"edition": kept["draft"]["edition"], "audience": wide}).json
    assert changed["state"] == "draft"
