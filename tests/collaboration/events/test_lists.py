"""Lists of events: by time, narrowed, at the same cost however long."""

from datetime import UTC, datetime, timedelta

import pytest

from intranet.collaboration.events.models import AnswerKind
from intranet.collaboration.events.operations.answering import answer_event
from intranet.collaboration.events.operations.cancelling import cancel_event
from intranet.collaboration.events.operations.minutes import write_minutes
from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden
from intranet.publishing.publications.models import Publication
from tests.collaboration.events.helpers import planned
from tests.hostile import MARKUP
from tests.messaging.messages.helpers import read_english

PAGES = ("/events", "/events?view=mine", "/events/month?month=2027-03", "/")


@pytest.fixture(autouse=True)
def winter():
    with clock.freeze(datetime(2027, 1, 11, 9, tzinfo=UTC)):
        yield


@pytest.mark.slow
def test_the_list_goes_by_day_and_leaves_out_what_one_may_not_read(app, cast, client_of):
    read_english(app, cast.ana)
    with app.app_context():
        planned(cast.carles, cast.urban_planning, "2027-02-02T10:00", "2027-02-02T11:00", title="B")
        planned(cast.carles, cast.urban_planning, "2027-02-01T10:00", "2027-02-01T11:00", title="A")
        planned(cast.nadia, cast.procurement, title="Secreto", visibility=Visibility.MEMBERS)
        planned(cast.elna, cast.innovation, title="Xarxa", visibility=Visibility.NETWORK)

    page = client_of(cast.ana).get("/events").text
    assert "Monday, 1 February" in page
    assert page.index(">A<") < page.index(">B<") < page.index(">Xarxa<")
    assert "Secreto" not in page
    assert ">A<" not in client_of(cast.elna).get("/events").text


@pytest.mark.slow
@pytest.mark.both
def test_it_is_narrowed_by_what_one_comes_to_by_agency_topic_and_words(app, cast, client_of):
    with app.app_context():
        mine = planned(cast.carles, cast.urban_planning, title="Pleno de marzo")
        planned(cast.elna, cast.innovation, title="Trobada", visibility=Visibility.NETWORK)
        answer_event(cast.ana, mine.publication, AnswerKind.MAYBE)
    client = client_of(cast.ana)

    for query in ("view=mine", "view=places", "agency=L01990012", "q=plen", "q=PLENO%20marzo"):
        page = client.get(f"/events?{query}").text
        assert ("Pleno" in page, "Trobada" in page) == (True, False), query
    assert "Trobada" in client.get("/events?q=trobada").text
    assert "Pleno de marzo" in client.get("/events/month?month=2027-03").text
    assert "Pleno de marzo" not in client.get("/events/month?month=2027-04").text
    for wrong in ("agency=nobody", "topic=nothing"):
        assert client.get(f"/events?{wrong}").status_code == 404
    for wrong in ("2027-13", "0001-01", "x"):
        assert client.get(f"/events/month?month={wrong}").status_code == 404


@pytest.mark.slow
@pytest.mark.both
def test_what_is_over_stands_in_a_list_of_its_own_with_its_minutes(app, cast, client_of):
    read_english(app, cast.ana)
    with app.app_context():
        event = planned(cast.carles, cast.urban_planning, title="Ya pasó")
        address = f"/events/{event.publication_id}"
        answer_event(cast.ana, event.publication, AnswerKind.YES)
        with pytest.raises(Forbidden):
            write_minutes(cast.carles, event, "", "Antes de tiempo.")
    with clock.freeze(datetime(2027, 3, 2, 9, tzinfo=UTC)):
        with app.app_context(), pytest.raises(Forbidden):
            write_minutes(cast.ana, event_at(address), "", "Yo no.")
        head, client = client_of(cast.carles), client_of(cast.ana)
        kept = head.submit(f"{address}/minutes", {"body": "Se **acordó** <script>x</script>"})
        assert kept.status_code == 303
        assert "Ya pasó" not in client.get("/events").text
        assert "Ya pasó" in client.get("/events?view=past").text
        page = client.get(address).text
        assert "Se <strong>acordó</strong>" in page
        assert "<script>x" not in page
        assert client.submit(f"{address}/minutes", {"body": "No."}).status_code == 403


def event_at(address):
    from uuid import UUID

    from intranet.collaboration.events.models import Event

    return db.session.get_one(Event, UUID(address.rsplit("/", 1)[1]))


@pytest.mark.slow
def test_pages_ask_the_same_number_of_questions_however_long_the_list(
    app, cast, client_of, count_queries
):
    def add(count):
        with app.app_context():
            for number in range(count):
                starts = datetime(2027, 3, 1, 8) + timedelta(days=number)  # noqa: DTZ001 - by the clock
                event = planned(
                    cast.carles,
                    cast.urban_planning,
                    starts.isoformat(),
                    (starts + timedelta(hours=1)).isoformat(),
                    title=f"Reunión {number}",
                )
                answer_event(
                    cast.ana, db.session.get_one(Publication, event.publication_id), AnswerKind.YES
                )

    client = client_of(cast.ana)
    add(3)
    [client.get(page) for page in PAGES]
    few = []
    for page in PAGES:
        with count_queries() as counted:
            assert client.get(page).status_code == 200
        few.append(len(counted))
    add(12)
    [client.get(page) for page in PAGES]
    for page, before in zip(PAGES, few, strict=True):
        with count_queries() as counted:
            client.get(page)
        assert len(counted) == before, page


@pytest.mark.slow
@pytest.mark.both
def test_the_list_is_leafed_through_without_a_gap_and_without_a_repetition(app, cast, client_of):
    import re
    from html import unescape

    with app.app_context():
        planned(cast.carles, cast.urban_planning, rule="FREQ=DAILY;COUNT=65")
        planned(cast.carles, cast.urban_planning, title="A la misma hora")
    client, seen = client_of(cast.ana), []
    address: str | None = "/events"
    while address:
        page = client.get(address).text
        seen += re.findall(r'href="(/events/[0-9a-f-]{36}[^"]*)"', page)
        found = re.search(r'href="(/events\?cursor=[^"]+)"', page)
        address = unescape(found[1]) if found else None

    assert len(seen) == len(set(seen)) == 66


@pytest.mark.slow
def test_next_dates_stand_on_the_first_page_without_what_was_cancelled(app, cast, client_of):
    with app.app_context():
        coming = planned(cast.carles, cast.urban_planning, title="Voy a esto")
        off = planned(cast.carles, cast.urban_planning, title="Anulado")
        planned(cast.carles, cast.urban_planning, title="Sin contestar")
        for event in (coming, off):
            answer_event(cast.ana, event.publication, AnswerKind.YES)
        cancel_event(cast.carles, off, "No hay sala.")

    page = client_of(cast.ana).get("/").text
    assert "Voy a esto" in page
    assert "Anulado" not in page
    assert "Sin contestar" not in page


@pytest.mark.slow
@pytest.mark.both
def test_hostile_text_stays_text_on_every_page(app, cast, client_of):
    text = "".join(MARKUP)[:190]
    with app.app_context():
        event = planned(
            cast.carles,
            cast.urban_planning,
            title=text,
            place=text,
            body=text,
            rule="FREQ=WEEKLY;COUNT=2",
        )
        address = f"/events/{event.publication_id}"
    client = client_of(cast.carles)

    at = "?at=20270301T100000"
    for page in (
        *("/events", "/events/month?month=2027-03", address, f"{address}/people"),
        *(f"{address}/edit", f"{address}/cancel{at}", f"{address}/move{at}"),
    ):
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text


def test_programs_plan_read_and_answer(app, cast, client_of):
    from intranet.publishing.publications.placement import posts_of
    from tests.messaging.messages.helpers import space_of

    with app.app_context():
        space, post = space_of(cast.urban_planning).id, posts_of(cast.carles)[0].id
    head, client = client_of(cast.carles), client_of(cast.ana)
    sent = {
        "space_id": str(space),
        "post_id": str(post),
        "visibility": "agency",
        "texts": {"es": {"title": "Por programa"}},
        "starts": "2027-03-01T10:00",
        "ends": "2027-03-01T11:00",
        "zone": "Atlantic/Canary",
    }
    headers = {"X-CSRFToken": head.token()}
    wrongs: list[dict[str, object]] = [
        {"rule": "FREQ=SECONDLY"},
        {"starts": "2027-03-01T10:00Z"},
        {"texts": {}},
    ]
    for wrong in wrongs:
        refused = head.post("/api/v1/events", json={**sent, **wrong}, headers=headers)
        assert refused.status_code == 422, wrong
    made = head.post("/api/v1/events", json=sent, headers=headers)
    assert made.status_code == 201
    assert made.json["starts_at"].startswith("2027-03-01T10:00")
    address = f"/api/v1/events/{made.json['id']}"
    answer = client.put(
        f"{address}/answer", json={"answer": "yes"}, headers={"X-CSRFToken": client.token()}
    )
    assert answer.json["answer"] == "yes"
    assert answer.json["going"] == 1
    assert [row["id"] for row in client.get("/api/v1/events?view=mine").json["items"]] == [
        made.json["id"]
    ]
    assert client_of(cast.elna).get(address).status_code == 404
