"""REST: a program adds an initiative, changes it, and says who uses it."""

from uuid import uuid4

import pytest

from intranet.collaboration.initiatives.models import Initiative
from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.placement import posts_of, spaces_of
from tests.collaboration.initiatives.helpers import TITLE, started, used
from tests.pages.api.calls import browser

TEXT = {"title": TITLE, "purpose": "En un día.", "problem": "Doce días."}


@pytest.fixture
def api(app):
    return lambda person: browser(app, person)


@pytest.fixture
def place(app, cast):
    with app.app_context():
        space, post = spaces_of(cast.elna)[0], posts_of(cast.elna)[0]
        return {"space_id": str(space.id), "post_id": str(post.id), "visibility": "network"}


@pytest.mark.slow
@pytest.mark.both
def test_a_program_adds_changes_moves_and_withdraws(api, cast, place):
    elna, ana = api(cast.elna), api(cast.ana)
    key = {"Idempotency-Key": str(uuid4())}
    sent = {**place, "texts": {"es": TEXT}, "figures": [{"value": "1 día"}], "topics": ["LIC"]}

    made = elna.post("/initiatives", sent, headers=key)
    assert made.status_code == 201, made.json
    assert elna.post("/initiatives", sent, headers=key).json == made.json
    one = f"/initiatives/{made.json['id']}"
    assert made.json["stage"] == "idea"
    assert ana.get(one).json["texts"]["es"]["problem"] == "Doce días."
    assert ana.get(one).json["edition"] is None
    [listed] = ana.get("/initiatives").json["items"]
    assert listed["id"] == made.json["id"]
    assert ana.get("/initiatives", query_string={"q": "obras menores"}).json["items"]

    change = {"described": {"texts": {"es": {**TEXT, "result": "Un día."}}}}
    assert elna.patch(one, change).status_code == 422
    assert elna.patch(one, change, headers={"If-Match": '"1"'}).status_code == 412
    assert elna.patch(one, {**change, "edition": 1}).status_code == 409
    changed = elna.patch(one, {**change, "edition": made.json["edition"]})
    assert changed.json["texts"]["es"]["result"] == "Un día."
    assert changed.json["version"] == 2
    assert elna.patch(one, {"stage": "pilot", "update": "Ya."}).json["stage"] == "pilot"
    assert [step["stage"] for step in elna.get(one).json["stages"]] == ["pilot", "idea"]
    assert elna.patch(one, {"stage": "idea"}).status_code == 422  # it goes back unsaid
    assert ana.patch(one, {"stage": "closed"}).status_code == 403
    assert elna.patch(one, {"withdraw": "Duplicada"}).json["state"] == "withdrawn"
    assert ana.get(one).status_code == 404
    assert ana.get("/initiatives").json["items"] == []


@pytest.mark.slow
def test_a_program_says_what_an_agency_uses(app, api, cast):
    with app.app_context():
        one = f"/initiatives/{started(cast.elna).publication_id}/adoptions"
    carles, bieito = api(cast.carles), api(cast.bieito)
    said = {"agency": cast.monteclaro.code, "use": "considering"}

    assert bieito.post(one, said).status_code == 403
    assert carles.post(one, {**said, "agency": "nonsense"}).status_code == 422
    assert carles.post(one, {**said, "use": "bought"}).status_code == 422
    first = carles.post(one, said)
    assert first.status_code == 201, first.json
    assert carles.post(one, said).status_code == 409
    assert carles.patch(one, said).status_code == 422
    now = {**said, "use": "adopted", "replaces": first.json["id"], "cost": "0 €"}
    second = carles.patch(one, now)
    assert second.status_code == 200
    assert carles.patch(one, now).status_code == 409

    assert [row["use"] for row in bieito.get(one).json["items"]] == ["adopted"]
    history = bieito.get(one, query_string={"history": "1", "limit": 1}).json
    assert history["items"][0]["id"] == second.json["id"]
    rest = bieito.get(one, query_string={"history": "1", "cursor": history["next_cursor"]}).json
    assert [row["use"] for row in rest["items"]] == ["considering"]


@pytest.mark.both
def test_the_list_goes_on_where_it_stopped(app, api, cast):
    with app.app_context():
        for number in range(5):
            started(cast.elna, f"Obra {number}")
    ana = api(cast.ana)

    seen, cursor = [], None
    while True:
        query = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        answer = ana.get("/initiatives", query_string=query).json
        seen += [item["title"] for item in answer["items"]]
        cursor = answer["next_cursor"]
        if cursor is None:
            break

    assert seen == [f"Obra {number}" for number in (4, 3, 2, 1, 0)]
    assert ana.get("/initiatives", query_string={"cursor": "x"}).status_code == 422


def test_what_one_may_not_read_answers_as_what_is_not_there(app, api, cast):
    with app.app_context():
        made = started(cast.elna, visibility=Visibility.AGENCY)
        used(cast.bieito, made, cast.vilaverde)
        there = str(made.publication_id)
        assert db.session.get(Initiative, made.publication_id)
    ana = api(cast.ana)

    for path in ("", "/adoptions"):
        hidden, nothing = (ana.get(f"/initiatives/{one}{path}") for one in (there, uuid4()))
        assert hidden.status_code == nothing.status_code == 404
        assert hidden.json == nothing.json
    said = {"agency": cast.monteclaro.code, "use": "adopted"}
    assert ana.post(f"/initiatives/{there}/adoptions", said).status_code == 404
    assert ana.patch(f"/initiatives/{there}", {"stage": "pilot"}).status_code == 404


def test_an_administration_that_is_closed_to_somebody_is_as_one_that_is_not(app, cast, api):
    with app.app_context():
        initiative = str(started(cast.elna).publication_id)
        code = cast.vilaverde.code
        with unit_of_work():
            cast.vilaverde.in_directory = False
    carles = api(cast.carles)
    closed, nonsense = (
        carles.post(f"/initiatives/{initiative}/adoptions", {"agency": one, "use": "adopted"})
        for one in (code, "L01999999")
    )
    assert (closed.status_code, closed.json) == (nonsense.status_code, nonsense.json)
    assert closed.status_code == 422
