"""REST: oneself, agencies, units, posts, people."""

from typing import get_args

import pytest

from intranet.finding.directory.forms import PLACES
from intranet.finding.directory.own_changes import Place, Shown, Weekday
from intranet.organisation.people.access import FIELDS
from intranet.organisation.people.availability import WEEKDAYS
from intranet.organisation.people.models import ProfileReach
from intranet.platform.core.unit_of_work import unit_of_work
from tests.pages.api.calls import is_problem


def test_oneself_is_told_with_posts_settings_and_what_one_administers(api, cast):
    ana, dorleta = api(cast.ana).get("/me"), api(cast.dorleta).get("/me")

    assert ana.headers["ETag"] == f'"{ana.json["version"]}"'
    assert ana.json["email"] == "ana@monteclaro.example"
    assert [held["kind"] for held in ana.json["posts"]] == ["holder", "acting"]
    assert ana.json["settings"]["time_zone"] == "Europe/Madrid"
    assert set(ana.json["reach"]) == set(FIELDS)
    assert (ana.json["administers"], dorleta.json["administers"]) == ([], ["L01990012"])


def test_who_holds_no_post_any_more_still_sees_oneself(api, cast):
    eloi = api(cast.eloi).get("/me")

    assert eloi.status_code == 200
    assert (eloi.json["name"], eloi.json["posts"]) == ("Eloi Bastida", [])


@pytest.mark.both
def test_what_is_named_is_changed_and_all_else_stays(api, cast):
    xoel = api(cast.xoel)
    xoel.patch("/me", {"about": "Informes.", "week": {"mon": day("office"), "tue": day("home")}})

    changed = xoel.patch(
        "/me",
        {
            "phone": "ext. 1310",
            "week": {"mon": None, "wed": day("elsewhere", "09:30", "14:00")},
            "reach": {"phone": "network"},
            "languages": ["gl", "es"],
            "ask_about": ["planeamiento"],
            "settings": {"theme": "dark"},
        },
    ).json

    assert (changed["about"], changed["phone"]) == ("Informes.", "ext. 1310")
    assert changed["week"] == {"tue": day("home"), "wed": day("elsewhere", "09:30", "14:00")}
    assert (changed["reach"]["phone"], changed["reach"]["photo"]) == ("network", "agency")
    assert changed["settings"]["theme"] == "dark"
    assert changed["settings"]["enter_sends"] is True
    assert changed == xoel.get("/me").json


def test_row_6_nobody_raises_themselves(api, cast):
    uxia = api(cast.uxia)
    before = uxia.get("/me").json
    raised = {
        "id": str(cast.dorleta.id),
        "name": "Alcaldesa",
        "role": "admin",
        "is_admin": True,
        "administers": ["L01990012"],
        "agency_id": str(cast.altamar.id),
        "home_agency": "L02990041",
        "email": "dorleta@monteclaro.example",
        "state": "active",
        "version": 99,
        "posts": [{"post": {"id": str(cast.mayor_post.id)}}],
        "person_id": str(cast.ana.id),
        "password_hash": "x",
        "settings": {"locale": "eu", "state": "active", "totp_secret": "x", "home_agency_id": "x"},
    }

    answer = uxia.patch("/me", raised)

    assert answer.status_code == 422
    assert {"id", "role", "is_admin", "settings.state"} <= set(answer.json["errors"])
    assert uxia.get("/me").json == before


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"about": "a" * 2001}, "about"),
        ({"about": "half \ud800"}, "about"),
        ({"about": "nul \0"}, "about"),
        ({"phone": None}, "phone"),
        ({"languages": ["tlh"]}, "languages"),
        ({"languages": "es"}, "languages"),
        ({"ask_about": ["x"] * 13}, "ask_about"),
        ({"ask_about": [""]}, "ask_about.0"),
        ({"ask_about": ["x" * 61]}, "ask_about.0"),
        ({"week": {"mon": {"place": "moon", "from": "08:00", "to": "09:00"}}}, "week.mon.place"),
        ({"week": {"mon": {"place": "home", "from": "8", "to": "09:00"}}}, "week.mon.from"),
        ({"week": {"mon": {"place": "home", "from": "09:00", "to": "08:00"}}}, "week.mon"),
        ({"week": {"mon": {"place": "home", "from": "24:00", "to": "25:00"}}}, "week.mon.from"),
        ({"reach": {"phone": "public"}}, "reach.phone"),
        ({"showing": "everything"}, "showing"),
        ({"settings": {"language": "fr"}}, "language"),
        ({"settings": {"time_zone": "../../etc/passwd"}}, "time_zone"),
        ({"settings": {"theme": "neon"}}, "theme"),
        ({"settings": {"enter_sends": "yes"}}, "settings.enter_sends"),
        ({"settings": []}, "settings"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_written(api, cast, sent, field):
    nadia = api(cast.nadia)
    before = nadia.get("/me").json

    answer = nadia.patch("/me", {"contact_note": "Por la mañana.", **sent})

    assert is_problem(answer, 422)
    assert field in answer.json["errors"]
    assert nadia.get("/me").json == before


@pytest.mark.slow
@pytest.mark.both
def test_a_field_is_open_to_whom_its_owner_says_and_empty_to_all_others(app, api, cast):
    with app.app_context(), unit_of_work() as work:
        rosa = cast.rosa
        rosa.about, rosa.phone, rosa.contact_note = "Alcaldesa.", "ext. 1000", "Con cita."
        rosa.reach = {"about": ProfileReach.AGENCY.value, "phone": ProfileReach.NETWORK.value}
        work.add(rosa)
    path = f"/people/{cast.rosa.id}"

    colleague, outsider = api(cast.ana).get(path).json, api(cast.bieito).get(path).json

    assert (colleague["about"], colleague["phone"]) == ("Alcaldesa.", "ext. 1000")
    assert (outsider["about"], outsider["phone"]) == ("", "ext. 1000")
    assert outsider["contact_note"] == "Con cita."
    assert set(outsider) == set(colleague)
    assert "ext. 1204" in api(cast.uxia).get(f"/people/{cast.ana.id}").text
    assert "ext. 1204" not in api(cast.elna).get(f"/people/{cast.ana.id}").text


@pytest.mark.slow
def test_the_agency_s_own_word_for_a_basis_stays_within(api, cast):
    path = f"/people/{cast.uxia.id}"

    assert api(cast.carles).get(path).json["posts"][0]["basis"] == "interina"
    assert api(cast.bieito).get(path).json["posts"][0]["basis"] == ""


def test_agencies_units_and_posts_are_told_in_the_reader_s_language(api, cast):
    elna = api(cast.elna)

    agency = elna.get("/agencies/L02990041").json
    unit = elna.get(f"/units/{cast.innovation.id}").json

    assert agency["name"] == "Diputació d'Altamar"
    assert agency["names"] == {"ca": "Diputació d'Altamar", "es": "Diputación de Altamar"}
    assert (agency["people_count"], agency["posts"], agency["vacant"]) == (2, 2, 0)
    assert agency["root_unit_id"] == str(cast.altamar_hall.id)
    assert (unit["name"], unit["parent_id"]) == ("Innovació", str(cast.altamar_hall.id))
    assert [post["title"] for post in unit["posts_here"]] == ["Cap d'Innovació"]


def test_a_unit_names_its_channel_to_who_reads_it_only(api, cast, licences):
    path = f"/units/{cast.licences.id}"

    assert api(cast.ana).get(path).json["channel_id"] == licences
    assert api(cast.nadia).get(path).json["channel_id"] is None


def test_a_post_tells_who_stands_in_it_and_what_is_vacant(api, cast):
    post = api(cast.bieito).get(f"/posts/{cast.head_of_licences_post.id}").json

    assert [held["person"]["name"] for held in post["people"]] == ["Ana Castro"]
    assert (post["people"][0]["kind"], post["vacant"]) == ("acting", 1)
    assert post["address"] == f"@{post['handle']}@monteclaro"
    assert (post["unit"]["id"], post["agency"]["code"]) == (str(cast.licences.id), "L01990012")


def test_who_stood_in_a_post_before_is_told_within_the_agency_only(api, cast):
    path = f"/posts/{cast.officer_post.id}"

    within = api(cast.ana).get(path).json["before"]

    assert [row["person"]["name"] for row in within] == ["Eloi Bastida"]
    assert api(cast.bieito).get(path).json["before"] == []


def test_who_holds_no_post_finds_nothing_of_the_organisation(api, cast):
    eloi = api(cast.eloi)

    for path in (
        "/agencies",
        "/agencies/L01990012",
        "/agencies/L01990012/units",
        f"/units/{cast.licences.id}",
        f"/units/{cast.licences.id}/people",
        f"/posts/{cast.officer_post.id}",
        f"/people/{cast.ana.id}",
    ):
        assert is_problem(eloi.get(path), 404), path


def test_the_words_of_a_change_are_those_of_the_profile():
    assert get_args(Place) == PLACES
    assert get_args(Weekday) == WEEKDAYS
    assert set(get_args(Shown)) == set(FIELDS)


def day(place, begins="08:00", ends="15:00"):
    return {"place": place, "from": begins, "to": ends}
