"""REST: a program writes, publishes, schedules, corrects, withdraws and confirms."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from intranet.messaging.spaces.audience import Audience
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.reach import measured
from tests.collaboration.questions.helpers import asked
from tests.delivery.files.samples import picture
from tests.messaging.messages.helpers import space_of
from tests.pages.api.calls import browser
from tests.publishing.publications.helpers import BODY, TITLE, tomorrow

TEXTS = {"es": {"title": TITLE, "body": BODY}, "gl": {"title": "Corte", "body": "Non hai auga."}}


@pytest.fixture
def api(app):
    return lambda person: browser(app, person)


@pytest.mark.slow
def test_a_program_writes_publishes_corrects_and_withdraws(app, cast, api):
    carles, ana = api(cast.carles), api(cast.ana)
    unit = str(cast.licences.id)
    key = {"Idempotency-Key": str(uuid4())}
    sent = {"texts": TEXTS, "audience": {"any": [{"unit": unit}]}, "due_on": str(tomorrow())}
    made = carles.post("/publications", sent, headers=key)
    assert made.status_code == 201
    assert carles.post("/publications", sent, headers=key).json == made.json
    one = f"/publications/{made.json['id']}"
    assert ana.get(one).status_code == 404
    assert made.json["state"] == "draft"
    assert made.json["draft"]["texts"] == TEXTS

    edition = made.json["draft"]["edition"]
    assert carles.patch(one, {"state": "published"}).status_code == 422
    stale = carles.patch(one, {"state": "published"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert carles.patch(one, {"state": "published", "edition": 1}).status_code == 409
    seen = {"audience_version": made.json["draft"]["audience_version"], "edition": edition}
    out = carles.patch(one, {"state": "published", **seen})
    assert (out.status_code, out.json["state"], out.json["version"]) == (200, "published", 1)

    read = ana.get(one)
    assert read.json["draft"] is None
    assert "8 a 10" in read.json["html"]["es"]
    assert [row["id"] for row in ana.get("/publications").json["items"]] == [made.json["id"]]
    assert ana.patch(one, {"edition": 2}).status_code == 403

    for _ in range(2):
        confirmed = ana.put(f"{one}/acknowledgement", {"version": 1})
        assert confirmed.status_code == 200
        assert confirmed.json["confirmed_at"]
    told = carles.get(f"{one}/readers", query_string={"limit": 2}).json
    assert told["counts"] == {"addressed": 3, "confirmed": 1}
    rest = carles.get(f"{one}/readers", query_string={"cursor": told["next_cursor"]}).json
    assert len(told["items"]) + len(rest["items"]) == 3
    assert api(cast.nadia).get(f"{one}/readers").status_code == 404

    again = {"texts": {"gl": None, "es": {"title": TITLE, "body": "De 8 a 12."}}}
    corrected = carles.patch(
        one,
        {**again, "state": "published", "note": "La hora."},
        headers={"If-Match": out.headers["ETag"]},
    )
    assert (corrected.json["version"], list(corrected.json["titles"])) == (2, ["es"])
    gone = carles.patch(
        one,
        {"state": "withdrawn", "reason": "Por error."},
        headers={"If-Match": corrected.headers["ETag"]},
    )
    assert gone.json["state"] == "withdrawn"
    left = ana.get(one).json
    assert (left["title"], left["body"], left["withdrawn_reason"]) == ("", {}, "Por error.")
    (listed,) = ana.get("/publications?view=over").json["items"]
    assert listed["id"] == left["id"]
    assert (listed["title"], listed["titles"], listed["summary"]) == ("", {}, "")
    (own,) = carles.get("/publications?view=own").json["items"]
    assert own["titles"] == {"es": TITLE}


@pytest.mark.slow
def test_all_of_a_change_is_taken_or_nothing(app, cast, api):
    carles = api(cast.carles)
    made = carles.post("/publications", {"texts": TEXTS}).json
    one, edition = f"/publications/{made['id']}", made["draft"]["edition"]
    late = (datetime.now(UTC) - timedelta(days=2)).isoformat()
    refused = carles.patch(
        one, {"texts": {"gl": None}, "scheduled_at": late, "state": "scheduled", "edition": edition}
    )
    assert (refused.status_code, set(refused.json["errors"])) == (422, {"scheduled_at"})
    assert carles.get(one).json["draft"] == made["draft"]
    wrongs: list[dict[str, Any]] = [
        {"texts": {"fr": {}}},
        {"audience": {"any": []}},
        {"state": "held"},
    ]
    for wrong in wrongs:
        assert carles.patch(one, {**wrong, "edition": edition}).status_code == 422
    foreign = {"space_id": space_id_of(app, cast), "edition": edition}
    assert carles.patch(one, foreign).status_code == 403
    ahead = (clock.now() + timedelta(days=2)).isoformat()
    seen = {"audience_version": made["draft"]["audience_version"], "edition": edition}
    out = carles.patch(one, {"scheduled_at": ahead, "state": "scheduled", **seen})
    assert out.json["state"] == "scheduled"
    assert carles.get("/publications?view=own").json["items"][0]["state"] == "scheduled"


def space_id_of(app, cast):
    with app.app_context():
        return str(space_of(cast.procurement).id)


def test_without_a_voice_nothing_is_begun_and_wrong_places_are_refused(app, cast, api):
    xoel = api(cast.xoel)
    assert xoel.post("/publications", {"texts": TEXTS}).status_code == 403
    for address in ("/publications?cursor=x", f"/publications/{uuid4()}/readers"):
        assert xoel.get(address).status_code in {404, 422}


@pytest.mark.slow
@pytest.mark.both
def test_the_list_goes_on_by_key(app, cast, api):
    carles, ana = api(cast.carles), api(cast.ana)
    ids = []
    for number in range(5):
        made = carles.post("/publications", {"texts": {"es": {"title": str(number), "body": "x"}}})
        seen = {name: made.json["draft"][name] for name in ("edition", "audience_version")}
        carles.patch(f"/publications/{made.json['id']}", {"state": "published", **seen})
        ids.append(made.json["id"])
    listed: list[str] = []
    cursor = None
    while True:
        page = ana.get("/publications", query_string={"limit": 2, "cursor": cursor or ""}).json
        listed += [row["id"] for row in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert listed == ids[::-1]


@pytest.mark.slow
def test_a_file_opens_to_readers_of_what_was_published_with_it(app, cast, api, client_of):
    carles = api(cast.carles)
    upload = {"file": (picture(), "plano.png"), "alternative": "Un plano."}
    file_id = carles.post("/files", data=upload).json["id"]
    made = carles.post("/publications", {"texts": TEXTS, "file_ids": [file_id]}).json
    ana, stranger = client_of(cast.ana), client_of(cast.nadia)
    addresses = (f"/files/{file_id}", f"/files/{file_id}/thumbnail", f"/api/v1/files/{file_id}")
    assert {ana.get(address).status_code for address in addresses} == {404}

    one = f"/publications/{made['id']}"
    seen = {name: made["draft"][name] for name in ("edition", "audience_version")}
    out = carles.patch(one, {"state": "published", **seen})
    assert [file["id"] for file in out.json["files"]] == [file_id]
    assert {ana.get(address, buffered=True).status_code for address in addresses} == {200}
    assert {stranger.get(address).status_code for address in addresses} == {404}

    edition = out.json["draft"]["edition"]
    writer = client_of(cast.carles)
    gone = writer.submit(f"/p/{made['id']}/files/{file_id}", {"edition": edition, "remove": "1"})
    assert gone.status_code == 303
    edition += 1
    carles.patch(one, {"state": "published", "note": "Sin plano.", "edition": edition})
    assert carles.get(one).json["files"] == []
    assert ana.get(addresses[0], buffered=True).status_code == 200  # in the history
    carles.patch(one, {"state": "withdrawn", "reason": "Error.", "edition": edition + 1})
    assert ana.get(addresses[0]).status_code == 404


@pytest.mark.slow
@pytest.mark.both
def test_nothing_is_named_that_its_writer_may_not_know(app, cast, api):
    with app.app_context(), unit_of_work():
        cast.altamar.in_directory = False
    carles = api(cast.carles)
    made = carles.post("/publications", {}).json
    everybody_heading = {"level": "head"}
    hidden = {"post": cast.innovation_post, "heads": cast.innovation, "unit": cast.innovation}
    hidden |= {"person": cast.elna, "agency": cast.altamar}
    for part, row in hidden.items():
        for audience in (
            {"any": [{part: str(row.id)}]},
            {"any": [{part: str(uuid4())}]},
            {"any": [everybody_heading], "except": [{part: str(row.id)}]},
        ):
            edition = made["draft"]["edition"]
            answers = [
                carles.patch(
                    f"/publications/{made['id']}", {"audience": audience, "edition": edition}
                ),
                carles.post("/audiences/preview", audience),
            ]
            assert [answer.status_code for answer in answers] == [422, 422], audience
    heads = carles.post("/audiences/preview", {"any": [everybody_heading]}).json
    assert "Elna Puig" not in str(heads)
    with app.app_context():
        asked = Audience.parse({"any": [everybody_heading]})
        space = space_of(cast.urban_planning)
        counted = measured(asked, space, clock.now())
        assert heads["count"] == counted.count
        beyond = {row["reason"]: row["count"] for row in heads["excluded"]}
        assert beyond["beyond"] + beyond["elsewhere"] == counted.beyond
    assert "Elna Puig" in str(
        api(cast.guillem).post("/audiences/preview", {"any": [everybody_heading]}).json
    )


@pytest.mark.slow
def test_what_is_contributed_is_only_withdrawn_so(app, cast, api):
    with app.app_context():
        question = asked(cast.xoel, is_named=False)
        address = f"/publications/{question.publication_id}"
        edition = question.publication.edition
    head, asker = api(cast.carles), api(cast.xoel)
    for who in (head, asker):
        for sent in (
            {"texts": {"gl": {"title": "Outra cousa", "body": ""}}},
            {"visibility": "members"},
            {"state": "published", "note": "x"},
            {"state": "withdrawn", "reason": "x", "topics": []},
        ):
            assert who.patch(address, {"edition": edition, **sent}).status_code == 403, sent
    gone = head.patch(address, {"edition": edition, "state": "withdrawn", "reason": "Non."})
    assert gone.status_code == 200
