"""The page of the search: groups, marks, filters in the address, and what it says of nothing."""

import re

import pytest

from tests.messaging.messages.helpers import channel_of, say

pytestmark = pytest.mark.both


@pytest.mark.slow
def test_it_shows_who_said_it_where_with_the_words_marked_and_leads_to_its_place(
    app, cast, client_of
):
    with app.app_context():
        message = say(cast.ana, channel_of(cast.licences), "La **licencia** de la calle Real.")
        place = f"/c/{message.conversation_id}/m/{message.seq}"
    client = client_of(cast.uxia)

    page = client.get("/search?q=licéncia&lang=es").text
    assert "La <mark>licencia</mark> de la calle Real." in page
    assert f'href="{place}"' in page
    assert "Ana Castro" in page
    assert client.get(place).status_code == 200
    part = client.get("/search?q=licencia&kind=message", headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith("<div")
    assert part.headers["HX-Replace-Url"] == "/search?q=licencia&kind=message"


def test_without_words_it_explains_itself_and_with_none_found_it_offers_less(cast, client_of):
    client = client_of(cast.uxia)
    assert "from:Ana" in client.get("/search?lang=en").text
    nothing = client.get("/search?q=zarzaparrilla+licencia&since=2026-01-01&lang=en").text
    assert re.search(r'href="/search\?q=zarzaparrilla&amp;since', nothing)
    assert re.search(r'href="/search\?q=zarzaparrilla\+licencia"', nothing)
    twice = client.get("/search?q=zarzaparrilla+Zarzaparrilla+licencia").text
    assert len(re.findall(r'href="/search\?q=zarzaparrilla"', twice, re.IGNORECASE)) == 1
    assert "Your search contains no words" in client.get("/search?q=🎉&lang=en").text


@pytest.mark.parametrize(
    "asked", ["😀" * 5_000, "x" * 10_000, "' OR 1=1; DROP TABLE people; --" * 300]
)
def test_a_query_however_long_or_odd_gives_a_page_of_common_size(client_of, cast, asked):
    client = client_of(cast.uxia)
    for address in ("/search", "/directory"):
        page = client.get(address, query_string={"q": asked, "lang": "en"})
        assert page.status_code == 200
        assert len(page.data) < 100_000
        assert address == "/directory" or "first 300 characters" in page.text
