"""Who does one's work elsewhere: found by the post, by words, and said why."""

import re

import pytest

from intranet.extensions import db
from intranet.finding.counterparts import candidates
from intranet.finding.counterparts.operations import show_oneself
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core.unit_of_work import unit_of_work

pytestmark = pytest.mark.both

CALL = "/api/v1/counterparts?lang=en"


def titles(answer):
    return [item["post"]["title"] for item in answer.json["items"]]


@pytest.mark.slow
def test_counterparts_of_ones_own_post_come_across_languages_with_why(cast, client_of, elsewhere):
    found = client_of(cast.bieito).get(CALL).json["items"]

    assert [item["post"]["title"] for item in found][:3] == [
        "Secretari interventor",
        "Idazkari kontu-hartzailea",
        "Secretario general",
    ]
    first = found[0]
    assert first["post"]["code"] == "vallserena-0"
    assert first["people"][0]["name"] == "Quim"
    assert "Same level: head of a department or service" in first["reasons"]
    assert "Same type of agency: municipality" in first["reasons"]
    assert "Similar size: 740 inhabitants" in first["reasons"]
    assert any(why.startswith("Same field: ") for why in first["reasons"])
    assert any(why.startswith("Shared language: ") for why in first["reasons"])
    # Who has no account yet comes after who fits as well, and is marked.
    assert found[1]["people"][0]["has_account"] is False
    # Counterparts are elsewhere: not in the villages where Bieito is himself.
    assert {item["post"]["agency"]["code"] for item in found}.isdisjoint({"L01990020", "L01990033"})


@pytest.mark.slow
def test_words_in_any_language_find_the_function(cast, client_of, elsewhere):
    client = client_of(cast.bieito)
    payroll = {"Tècnica de nòmines", "Nominen arduraduna"}
    for words, wanted in (
        ("nominas", payroll),
        ("who runs payroll in small towns", payroll),
        ("nork egiten ditu nominak herri txikietan", payroll),
        ("qui fa les nomnies", payroll),
        ("contratación", {"Jefe/a de Contratación", "Técnico/a de Contratación"}),
    ):
        answer = client.get("/api/v1/counterparts", query_string={"lang": "en", "q": words})

        assert set(titles(answer)[:2]) == wanted, words


@pytest.mark.slow
def test_a_post_is_named_by_its_id_or_its_code(cast, client_of, elsewhere):
    client = client_of(cast.ana)

    by_id = client.get(f"{CALL}&post={elsewhere.vallserena_0}")
    by_code = client.get(f"{CALL}&post=vallserena-0")

    assert titles(by_id) == titles(by_code) != []
    assert "Secretaría-Intervención" in titles(by_id)
    nothing = client.get(f"{CALL}&post=01920000-0000-7000-8000-000000000000")
    assert (nothing.status_code, nothing.json) == (404, client.get(f"{CALL}&post=no").json)


@pytest.mark.slow
@pytest.mark.usefixtures("elsewhere")
def test_of_very_many_those_that_have_most_in_common_are_found(app, cast, client_of, monkeypatch):
    client = client_of(cast.bieito)
    narrowings = ("", "&kind=municipality", "&size=0", "&territory=ES-CT")
    asked = [f"{CALL}{words}{each}" for words in ("", "&q=secretario") for each in narrowings]
    every = {address: titles(client.get(address)) for address in asked}
    assert all(every.values())
    monkeypatch.setattr(candidates, "MAX_RANKED_WHOLE", 0)
    monkeypatch.setattr(candidates, "MANY_POSTS", 0)
    app.extensions.pop("counterparts")  # what is kept was found with the other limits

    assert {address: titles(client.get(address)) for address in asked} == every
    for address in asked:
        assert titles(client.get(f"{address}&language=fr")) == [], address


@pytest.mark.slow
def test_filters_narrow_and_pages_go_on(cast, client_of, elsewhere):
    client = client_of(cast.bieito)

    assert "Secretario general" not in titles(client.get(f"{CALL}&territory=ES-CT"))
    assert titles(client.get(f"{CALL}&size=3"))[0] == "Secretario general"
    assert titles(client.get(f"{CALL}&kind=university")) == []
    assert titles(client.get(f"{CALL}&kind=nonsense")) == []
    assert titles(client.get(f"{CALL}&language=eu"))[0] == "Idazkari kontu-hartzailea"
    every = titles(client.get(CALL))
    first = client.get(f"{CALL}&limit=1")
    assert first.json["next_cursor"]
    second = client.get(f"{CALL}&limit=1&cursor={first.json['next_cursor']}")
    assert titles(first) + titles(second) == every[:2]
    assert client.get(f"{CALL}&cursor=x").status_code == 422


def test_who_hides_and_whose_agency_left_is_not_shown_and_vacancies_are(
    app, cast, client_of, elsewhere
):
    with app.app_context():
        show_oneself(db.session.get_one(Person, elsewhere.quim), is_open=False, is_suggested=False)
    found = client_of(cast.bieito).get(CALL)
    assert "Secretari interventor" not in titles(found)

    with app.app_context(), unit_of_work():
        db.session.get_one(Agency, elsewhere.urdintza).in_directory = False
    found = client_of(cast.bieito).get(f"{CALL}&q=nominas")
    assert titles(found)[0] == "Tècnica de nòmines"
    assert "Nominen arduraduna" not in titles(found)

    with app.app_context(), unit_of_work():
        db.session.get_one(Agency, elsewhere.urdintza).in_directory = True
    vacant = client_of(cast.bieito).get(f"{CALL}&q=nominas").json["items"][1]
    assert vacant["people"] == []
    page = client_of(cast.bieito).get("/counterparts?q=nominas&lang=en").text
    assert "Vacant: write to the unit" in page


def test_who_takes_questions_comes_first_among_equals_and_can_be_asked_for(
    app, cast, client_of, elsewhere
):
    with app.app_context():
        show_oneself(db.session.get_one(Person, elsewhere.teo), is_open=True, is_suggested=True)

    answer = client_of(cast.bieito).get(f"{CALL}&open=1")

    assert titles(answer) == ["Secretario general"]
    assert "Open to questions" in answer.json["items"][0]["reasons"]
    assert "Confirmed within the last year" in answer.json["items"][0]["reasons"]


@pytest.mark.slow
def test_any_query_has_an_answer_soon(cast, client_of, elsewhere):
    client = client_of(cast.bieito)
    signs = ("😀😀", "AND OR NOT", '"((', "'; DROP TABLE posts; --", "%")

    for words in ("", "a" * 10_000, "de la por", *signs):
        for address in ("/counterparts", "/api/v1/counterparts"):
            answer = client.get(address, query_string={"q": words})
            assert answer.status_code == 200, (address, words[:20])


@pytest.mark.slow
def test_the_page_has_one_primary_button_and_asks_to_loosen(cast, client_of, elsewhere):
    client = client_of(cast.bieito)

    page = client.get("/counterparts?lang=en").text
    assert page.split("</main>")[0].count("button--primary") == 1
    assert "Quim" in page
    empty = client.get("/counterparts?lang=en&kind=university&size=0").text
    assert "No one matches all your search terms" in empty
    assert "Your search contains no words" in client.get("/counterparts?lang=en&q=😀").text


@pytest.mark.slow
def test_the_number_of_queries_does_not_grow_with_what_is_found(
    cast, client_of, elsewhere, count_queries
):
    client = client_of(cast.bieito)
    client.get("/counterparts?q=nominas")
    with count_queries() as few:
        client.get("/counterparts?q=nominas&kind=university")
    with count_queries() as many:
        client.get("/counterparts?q=nominas")

    assert len(many) - len(few) <= 12
    assert len(many) <= 45


@pytest.mark.slow
def test_what_is_understood_is_said_and_that_nobody_fits_all_of_it(cast, client_of, elsewhere):
    client = client_of(cast.bieito)

    small = client.get("/counterparts?q=nominas+en+pueblos&lang=en").text
    assert "Up to 5,000 inhabitants" in small
    assert "No one matches everything" not in small
    nobody = client.get("/counterparts?q=nominas+en+bilbao&lang=en").text
    assert re.search(r"Understood as: [^<]*Bilbao", nobody)
    assert "No one matches everything" in nobody
    assert "Mireia" in nobody


@pytest.mark.slow
def test_keeping_from_a_list_changes_the_button_alone(cast, client_of, elsewhere):
    client = client_of(cast.bieito)
    fragment = {"HX-Request": "true"}

    kept = client.submit(
        "/counterparts/kept?lang=en", {"post_id": str(elsewhere.vallserena_0)}, headers=fragment
    )
    assert kept.status_code == 200
    assert kept.text.count("<button") == 1
    assert "Remove from saved: Secretari interventor, Quim" in kept.text
    gone = client.submit(
        f"/counterparts/kept/{elsewhere.vallserena_0}/remove?lang=en", {}, headers=fragment
    )
    assert "Save: Secretari interventor, Quim" in gone.text
