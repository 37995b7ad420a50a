"""Pages as on a day: what was, what will be, and who sees which names."""

from datetime import timedelta

import pytest

from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.operations.units import end_unit, rename_unit
from intranet.organisation.people.operations.appointments import appoint
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from tests.cast import today
from tests.messaging.messages.helpers import read_english

YESTERDAY = (today() - timedelta(days=1)).isoformat()
IN_A_WEEK = (today() + timedelta(days=7)).isoformat()
IN_A_MONTH = (today() + timedelta(days=30)).isoformat()


@pytest.fixture
def pages(cast):
    """The three pages of a day."""
    return lambda day: (
        f"/agencies/{cast.monteclaro.code}?on={day}",
        f"/units/{cast.licences.id}?on={day}",
        f"/posts/{cast.officer_post.id}?on={day}",
    )


@pytest.fixture
def merged(app, cast):
    """The licences have become a part of procurement, which has another name now."""
    with app.app_context():
        end_unit(cast.dorleta, cast.licences, today(), successor=cast.procurement)
        rename_unit(None, cast.procurement, Localized(es="Compras"))


def test_colleagues_see_who_held_a_post(app, cast, client_of, pages):
    read_english(app, cast.xoel)
    client = client_of(cast.xoel)
    _chart, unit, post = (client.get(page).text for page in pages(YESTERDAY))

    assert "Eloi Bastida" in unit
    assert "Eloi Bastida" in post
    assert "Back to today" in post
    assert "Eloi Bastida" not in client.get(f"/units/{cast.licences.id}").text


def test_others_see_the_structure_and_whom_they_see_today(app, cast, client_of, pages):
    read_english(app, cast.elna)
    client = client_of(cast.elna)
    chart, unit, post = (client.get(page).text for page in pages(YESTERDAY))

    assert "Licencias" in chart
    assert "Ana Castro" in unit
    for page in (unit, post):
        assert "Eloi Bastida" not in page
        assert "Held by someone" in page


def test_who_will_hold_a_post_is_known_to_administrators_alone(app, cast, client_of, pages):
    with app.app_context():
        appoint(None, cast.technician_post, cast.xoel, starts_on=today() + timedelta(days=20))
    for person, sees in ((cast.dorleta, True), (cast.rosa, False), (cast.elna, False)):
        read_english(app, person)
        client = client_of(person)
        chart, unit, post = (client.get(page).text for page in pages(IN_A_MONTH))
        assert "This day has not come yet" in chart
        assert ("Ana Castro" in unit) is sees
        assert "Uxía Lema" not in unit + post  # she leaves in twenty days
        there = client.get(f"/posts/{cast.technician_post.id}?on={IN_A_MONTH}").text
        assert ("Xoel Pardo" in there) is sees


def test_a_merged_unit_is_seen_as_it_was_and_leads_on(app, cast, client_of, pages, merged):
    read_english(app, cast.ana)
    client = client_of(cast.ana)
    chart, unit, _post = (client.get(page).text for page in pages(YESTERDAY))

    assert "Licencias" in chart
    assert "Contratación Pública" in chart  # the name of then
    assert f'/units/{cast.licences.id}?on={YESTERDAY}"' in chart
    assert "Ana Castro" in unit
    assert f'href="/units/{cast.procurement.id}"' in unit
    assert "This unit ended on" in unit
    today_s = client.get(f"/units/{cast.licences.id}").text
    assert f"on={YESTERDAY}" in today_s
    later = client.get(f"/units/{cast.licences.id}?on={IN_A_WEEK}").text
    assert "did not exist on this day" in later
    assert f'href="/units/{cast.procurement.id}"' in later


@pytest.mark.parametrize(
    "day", ["", "2024-13-45", "%00", "0001-01-01", "9999-12-31", "x", "%F0%9F%8C%8A" * 400]
)
def test_what_is_no_day_is_today(app, cast, client_of, pages, day):
    read_english(app, cast.ana)
    client = client_of(cast.ana)
    for page in pages(day):
        found = client.get(page)
        assert found.status_code == (400 if day == "%00" else 200)
        assert "Back to today" not in found.text


def test_a_closed_agency_is_closed_on_every_day(app, cast, client_of, pages):
    with app.app_context(), unit_of_work() as work:
        agency = cast.monteclaro
        work.lock(agency)
        assert isinstance(agency, Agency)
        agency.in_directory = False
    assert {client_of(cast.elna).get(page).status_code for page in pages(YESTERDAY)} == {404}
    assert {client_of(cast.ana).get(page).status_code for page in pages(YESTERDAY)} == {200}


def test_the_way_to_a_day_is_on_each_page(app, cast, client_of):
    client = client_of(cast.ana)
    for page in (
        f"/agencies/{cast.monteclaro.code}",
        f"/units/{cast.licences.id}",
        f"/posts/{cast.officer_post.id}",
    ):
        text = client.get(page).text
        assert 'name="on"' in text
