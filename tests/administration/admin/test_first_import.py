"""The guided page of the first import: what is there, what is lacking, and where to go on."""

import re

import pytest

from intranet.organisation.agencies.operations.units import create_unit
from intranet.organisation.people.operations.people import create_person
from intranet.platform.core.types import Localized

PAGE = "/admin/L01990012/first-import?lang=en"


@pytest.mark.slow
def test_it_says_what_is_lacking_and_leads_there(app, cast, client_of):
    with app.app_context():
        before = re.search(r"(\d+) units? without posts", client_of(cast.dorleta).get(PAGE).text)
        create_unit(None, cast.town_hall, Localized(es="Padrón"), code="PAD")
        create_person(None, cast.monteclaro, "Noa Rey")
    page = client_of(cast.dorleta).get(PAGE).text
    count = int(before[1]) + 1 if before else 1
    assert re.search(rf"{count} units? without posts", page)
    for address in (
        "/admin/import?code=L01990012&amp;kind=units",
        "/admin/import?code=L01990012&amp;kind=dir3",
        "/admin/import/template/posts.xlsx?code=L01990012",
        "/admin/L01990012/people?access=not_invited",
    ):
        assert address in page
    for address in re.findall(r'href="(/admin/[^"]+)"', page):
        assert client_of(cast.dorleta).get(address.replace("&amp;", "&")).status_code == 200


def test_it_is_for_administrators(cast, client_of):
    assert client_of(cast.ana).get(PAGE).status_code == 404
    assert client_of(cast.guillem).get(PAGE).status_code == 404


@pytest.mark.slow
def test_each_place_of_the_navigation_leads_somewhere_and_says_where_one_is(cast, client_of):
    client = client_of(cast.dorleta)
    page = client.get("/admin/L01990012?lang=en").text
    places = re.findall(r'side-nav__link"\s+href="([^"]+)"', page)
    assert len(places) > 12
    for address in places:
        answer = client.get(f"{address}{'&' if '?' in address else '?'}lang=en")
        assert answer.status_code == 200, address
        if "admin-nav" in answer.text:
            assert answer.text.count('aria-current="page"') >= 1, address
