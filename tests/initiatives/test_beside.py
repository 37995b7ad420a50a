"""Beside the catalogue: what the reader's agency uses; each line with its stage and cost."""

import re

import pytest

from intranet.initiatives.models import Use
from tests.initiatives.helpers import started, used


@pytest.fixture
def ana(client_of, cast):
    return client_of(cast.ana)


def numbers(page: str) -> list[int]:
    """What is used, considered and led, as the side says it."""
    side = page.split('class="catalogue__counts"')[1].partition("</ul>")[0]
    return [int(number) for number in re.findall(r"<b>(\d+)</b>", side)]


def test_what_an_agency_uses_considers_and_leads_is_counted_for_its_people(
    app, ana, client_of, cast
):
    with app.app_context():
        used(cast.carles, started(cast.elna, "Una"), cast.monteclaro)
        used(cast.carles, started(cast.elna, "Otra"), cast.monteclaro, Use.CONSIDERING)
        started(cast.carles, "Nuestra")

    assert numbers(ana.get("/initiatives").text) == [1, 1, 1]
    assert numbers(client_of(cast.bieito).get("/initiatives").text) == [0, 0, 0]


def test_a_line_has_its_stage_its_cost_and_what_we_say_of_it(app, ana, client_of, cast):
    with app.app_context():
        used(cast.carles, started(cast.elna, "Una"), cast.monteclaro)
    line = ana.get("/initiatives?lang=en").text.split('class="row initiative-row"')[1]

    assert "4.200 €" in line
    assert "stage-bar__part--on" in line
    assert "In use" in ana.get("/initiatives?lang=en").text
    assert "In use" not in client_of(cast.bieito).get("/initiatives?lang=en").text


def test_what_stands_beside_is_asked_as_often_for_many_as_for_few(app, ana, cast, count_queries):
    def grow(number, start):
        with app.app_context():
            for each in range(start, start + number):
                used(cast.carles, started(cast.elna, f"Número {each}"), cast.monteclaro)

    def asked():
        with count_queries() as statements:
            assert ana.get("/initiatives").status_code == 200
        return len(statements)

    grow(2, 0)
    asked()
    few = asked()
    grow(5, 2)

    assert asked() <= few
