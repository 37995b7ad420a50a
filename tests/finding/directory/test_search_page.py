"""`/directory` and its call for programs: what is shown, to whom, how much of it, how fast."""

import csv
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.finding.directory import query_builder, search
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people import directory_limit
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.appointments import (
    AppointmentSpec,
    appoint,
    appoint_all,
)
from intranet.organisation.people.operations.people import (
    ProfileContents,
    create_people,
    rename_person,
)
from intranet.platform.audit.models import AuditLine
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work

PEOPLE = "/directory?group=person&q=rodeiro"


@pytest.fixture
def grow(app, cast):
    """Let so many more people called Rodeiro hold the officer's post."""

    def add(count):
        with app.app_context():
            names = [(f"Rodeiro {number}", ProfileContents()) for number in range(count)]
            made = create_people(None, cast.monteclaro, names)
            with unit_of_work():
                cast.officer_post.places += count
            today = clock.today("Europe/Madrid") - timedelta(days=1)
            appoint_all(
                None,
                cast.monteclaro,
                [
                    AppointmentSpec(post=cast.officer_post, person=person, starts_on=today)
                    for person in made
                ],
            )

    return add


def test_one_types_narrows_and_writes(cast, client_of, page_of):
    page = page_of(cast.elna, "/directory?q=castro")
    assert "Ana <mark>Castro</mark>" in page
    assert f'value="{cast.ana.id}"' in page  # of the button that begins a talk
    assert f"agency={cast.monteclaro.code}" in page_of(cast.elna, "/directory")
    narrowed = page_of(cast.elna, f"/directory?q=an&agency={cast.vilaverde.code}")
    assert "Ana Castro" not in narrowed
    assert "remove this filter" in narrowed
    fragment = client_of(cast.elna).get("/directory?q=castro", headers={"HX-Request": "true"}).text
    assert "<html" not in fragment
    assert "Ana <mark>Castro</mark>" in fragment


@pytest.mark.slow
@pytest.mark.both
def test_where_not_all_is_counted_no_filter_says_how_many(cast, page_of, monkeypatch):
    narrowed = page_of(cast.elna, f"/directory?agency={cast.monteclaro.code}")
    [total] = re.findall(r"Results: (\d+)", narrowed)
    counted = rf'Monteclaro</span>\s*<span class="facet__count">{total}<'
    assert re.search(counted, page_of(cast.elna, "/directory"))
    for bound in ("MAX_RANKED", "MAX_COUNTED"):
        for module in (query_builder, search):
            monkeypatch.setattr(module, bound, 5)
    cut = page_of(cast.elna, "/directory")
    assert "facet__choice" in cut
    assert "facet__count" not in cut


def test_what_finds_nothing_says_what_to_loosen(cast, page_of):
    assert "Remove one of the filters" in page_of(cast.elna, "/directory?q=castro&level=1")
    assert "Try one of these words" in page_of(cast.elna, "/directory?q=castro+zzzzzz")
    assert "Your search contains no words" in page_of(cast.elna, "/directory?q=%F0%9F%98%80")
    assert "similar spellings: castro" in page_of(cast.elna, "/directory?q=castrro")


def test_a_list_goes_on_to_its_bound_and_says_so(cast, page_of, grow, monkeypatch):
    grow(70)
    first = page_of(cast.carles, PEOPLE)
    assert first.count("data-result>") == 50
    [after] = [part.split('"')[0] for part in first.split("after=")[1:2]]
    assert page_of(cast.carles, f"{PEOPLE}&after={after}").count("data-result>") == 20
    named = page_of(cast.carles, f"{PEOPLE}&order=name")
    assert named.index("Rodeiro</mark> 10<") < named.index("Rodeiro</mark> 2<")
    for module in (query_builder, search):
        monkeypatch.setattr(module, "MAX_RANKED", 60)
    last = page_of(cast.carles, f"{PEOPLE}&after={after}")
    assert "To narrow them down" in last


def test_programs_are_given_fifty_at_a_time_and_a_cursor(cast, client_of, grow):
    grow(60)
    client = client_of(cast.carles)
    first = client.get("/api/v1/directory?q=rodeiro&kind=person&limit=200").json
    assert len(first["items"]) == 50
    address = f"/api/v1/directory?q=rodeiro&kind=person&cursor={first['next_cursor']}"
    rest = client.get(address).json
    assert len(rest["items"]) == 10
    assert rest["next_cursor"] is None
    assert not {each["id"] for each in first["items"]} & {each["id"] for each in rest["items"]}
    assert client.get("/api/v1/directory?q=ana&cursor=x").status_code == 422


@pytest.mark.slow
def test_the_number_of_queries_does_not_grow_with_what_is_found(
    cast, client_of, count_queries, grow
):
    client = client_of(cast.carles)
    counted = []
    for count in (3, 30):
        grow(count)
        client.get(PEOPLE)
        with count_queries() as asked:
            assert client.get(PEOPLE).status_code == 200
        counted.append(len(asked))
    assert counted[0] == counted[1] <= 30


@pytest.mark.slow
def test_nobody_is_shown_the_whole_directory_in_an_hour(cast, client_of, grow, monkeypatch):
    grow(60)
    monkeypatch.setattr(directory_limit, "PEOPLE_PER_HOUR", 50)
    outside, another = client_of(cast.elna), client_of(cast.bieito)
    listed = f"/agencies/{cast.monteclaro.code}/list"
    for _again_the_same_counts_once in range(3):
        assert outside.get(PEOPLE).status_code == 200
    refused = outside.get(listed)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 3601
    assert outside.get("/api/v1/directory?q=a&kind=person").status_code == 429
    assert another.get(PEOPLE).status_code == 200
    assert client_of(cast.carles).get(listed).status_code == 200  # of one's own agency
    with clock.freeze(clock.now() + timedelta(hours=1)):
        assert outside.get(PEOPLE).status_code == 200


@pytest.mark.slow
@pytest.mark.both
def test_elna_sees_of_ana_what_ana_and_monteclaro_allow_at_every_door(app, cast, client_of):
    """Acceptance 6: the page, the call, the search, the suggestions, the export."""
    elna, carles = client_of(cast.elna), client_of(cast.carles)

    def allow(*, phone, contact_outside, in_directory=True):
        with app.app_context(), unit_of_work():
            ana = db.session.get_one(Person, cast.ana.id)
            ana.contact_note = "Mesa 4, junto al archivo"
            ana.reach = {"phone": phone, "contact_note": "network", "about": "network"}
            town = db.session.get_one(Agency, cast.monteclaro.id)
            town.contact_outside, town.in_directory = contact_outside, in_directory

    def doors(client):
        person = f"/people/{cast.ana.id}"
        address = client.get(f"/api/v1{person}")
        return {
            "page": client.get(person).text,
            "call": address.text,
            "directory": client.get("/directory?q=ana+castro").text,
            "directory call": client.get("/api/v1/directory?q=ana+castro").text,
            "search": client.get("/search?q=ana+castro").text,
            "switcher": client.get("/switcher?q=ana").text,
            "new talk": client.get("/conversations/new?q=ana").text,
        }

    def has(client, text):
        return {name for name, answer in doors(client).items() if text in answer}

    allow(phone="network", contact_outside=True)
    assert has(elna, "1204") == has(carles, "1204") == {"page", "call"}
    for phone, outside in (("agency", True), ("network", False)):
        allow(phone=phone, contact_outside=outside)
        assert has(elna, "1204") == set()
        assert has(elna, "Mesa 4") == ({"page", "call"} if outside else set())
        assert has(carles, "1204") == {"page", "call"}
    assert "Tramito licencias" in doors(elna)["page"]
    allow(phone="network", contact_outside=True, in_directory=False)
    assert has(elna, "Tramito") == has(elna, "Ana Castro") == set()
    assert has(carles, str(cast.ana.id)) >= {"page", "call", "directory", "switcher"}
    assert elna.submit(f"/admin/{cast.monteclaro.code}/people/export").status_code == 404


def test_an_administrator_downloads_the_people_of_their_own_agency(app, cast, client_of):
    today = clock.today("Europe/Madrid")
    with app.app_context():
        rename_person(None, cast.monteclaro, cast.xoel, "=cmd()|Xoel")
        appoint(None, cast.technician_post, cast.guillem, starts_on=today)
    answer = client_of(cast.dorleta).submit(f"/admin/{cast.monteclaro.code}/people/export")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    by_name = {row["name"]: row for row in rows}
    assert by_name["Nadia Benali"]["email"] == "nadia@monteclaro.example"
    assert "'=cmd()|Xoel" in by_name
    assert not {"Eloi Bastida", "Elna Puig"} & by_name.keys()
    # Who is at home in another agency is here by a post; their account is not this one's.
    assert by_name["Guillem Serra"]["post"]
    assert not by_name["Guillem Serra"]["email"]
    with app.app_context():
        acts = select(AuditLine.act).where(AuditLine.agency_id == cast.monteclaro.id)
        assert "people.export" in set(db.session.scalars(acts))
    assert client_of(cast.carles).submit(
        f"/admin/{cast.monteclaro.code}/people/export"
    ).status_code in {403, 404}
