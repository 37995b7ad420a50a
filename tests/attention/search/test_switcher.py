"""The switcher: conversations first, then the directory, at last the search of everything."""

import re

import pytest

from intranet.attention.search.publication_search import titled
from intranet.attention.search.suggestions import suggestions
from intranet.attention.search.switcher import find_conversations, find_destinations
from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from tests.publishing.publications.articles import out
from tests.publishing.publications.helpers import published

pytestmark = pytest.mark.both


@pytest.mark.parametrize("words", ["lic", "LÍC", "licencias"])
def test_a_room_is_found_by_how_its_name_begins(spanish_request, cast, words):
    assert [row["title"] for row in find_conversations(cast.ana, words)] == ["Licencias"]
    assert find_conversations(cast.bieito, words) == []


def test_people_posts_units_and_agencies_are_found_as_well(spanish_request, cast):
    found = find_destinations(cast.ana, "uxia")
    assert [row.name for row in found.people] == ["Uxía Lema"]
    assert "Concello de Vilaverde" in [
        row.name for row in find_destinations(cast.ana, "vilaverde").things
    ]
    assert find_destinations(cast.eloi, "uxia").people == []


def test_people_are_suggested_by_their_names_alone(spanish_request, cast):
    assert [row.text for row in suggestions(cast.ana, "from:vilav")] == []
    assert "Uxía Lema" in [row.text for row in suggestions(cast.ana, "from:ux")]


@pytest.mark.slow
def test_a_title_leads_unless_somebody_is_called_so(spanish_request, cast):
    notice = published(cast.carles, "Requerimiento de subsanación", "Diez días para completar.")
    found = find_destinations(cast.ana, "el requerimiento de subsan")
    assert [(hit.name, hit.address) for hit in found.published] == [
        ("Requerimiento de subsanación", f"/p/{notice.id}")
    ]
    assert found.is_published_first
    assert (
        find_destinations(cast.ana, "diez días").published == []
    )  # words of the text lead to the search
    assert find_destinations(cast.ana, "re").published == []
    published(cast.carles, f"Despedida de {cast.uxia.name}", "El viernes.")
    assert not find_destinations(cast.ana, cast.uxia.name).is_published_first


def test_a_title_that_one_may_not_read_is_not_suggested(spanish_request, cast):
    published(
        cast.carles, "Traslado de oficinas", audience={"any": [{"unit": str(cast.licences.id)}]}
    )
    assert find_destinations(cast.ana, "traslado").published
    assert find_destinations(cast.bieito, "traslado").published == []


def test_its_last_row_searches_everything(cast, client_of):
    page = client_of(cast.ana).get("/switcher?q=plan+de+obra", headers={"HX-Request": "true"}).text
    assert re.findall(r'href="(/[a-z]+\?[^"]+)"', page)[-1] == "/search?q=plan+de+obra"


def test_a_title_behind_many_that_others_read_is_found_in_few_looks(
    spanish_request, cast, count_queries
):
    found = out(cast.carles, visibility=Visibility.NETWORK, title="El castaño de la plaza")
    for _article in range(16):
        out(cast.carles, visibility=Visibility.MEMBERS, title="El castaño, para nosotros")
    db.session.rollback()
    with count_queries() as statements:
        hits = titled(cast.bieito, "castaño", most=3)
    assert [hit.found.subject_id for hit in hits] == [found.id]
    assert sum("search_documents" in statement for statement in statements) <= 4
