"""What is published is found by its words, by who may read it, until it is withdrawn."""

from datetime import timedelta

import pytest

from intranet.attention.search.publication_search import newest_published
from intranet.attention.search.query_parser import understand
from intranet.attention.search.search_query import SearchQuery
from intranet.platform.core import clock
from intranet.publishing.publications.operations.drafting import Choices, Written, save_draft
from intranet.publishing.publications.operations.publishing import correct, withdraw
from tests.messaging.messages.helpers import channel_of, say
from tests.publishing.publications.helpers import draft, published

TEXTS = {"es": Written("Poda", "Se podan los abedules."), "gl": Written("Poda", "Bidueiros.")}


def found(person, words, **narrowed):
    meaning = understand(person, SearchQuery(text=words, **narrowed))
    return [row.subject_id for row in newest_published(person, meaning)]


@pytest.fixture
def asked(app):
    with app.test_request_context("/?lang=es"):
        yield


@pytest.mark.slow
def test_words_of_each_language_find_it_for_its_readers_and_nobody_else(asked, cast):
    made = published(cast.carles, texts=TEXTS)
    draft(cast.carles, "Abedules", "De un borrador.")
    for words in ("abedul", "bidueiros", "poda from:carles"):
        assert found(cast.ana, words) == [made.id]
        assert found(cast.nadia, words) == []
    assert found(cast.ana, "poda in:Licencias") == []
    assert found(cast.ana, "borrador") == []


def test_a_correction_is_found_by_its_new_words_and_what_is_withdrawn_by_none(asked, cast):
    made = published(cast.carles, texts=TEXTS)
    new = {"es": Written("Poda", "Se podan los castaños.")}
    save_draft(cast.carles, made, new, Choices(), edition=made.edition)
    assert found(cast.ana, "castaños") == []
    correct(cast.carles, made, "El árbol.", edition=made.edition, asks_again=False)
    assert found(cast.ana, "castaños") == [made.id]
    assert found(cast.ana, "abedules") == []
    withdraw(cast.carles, made, "Por error.")
    assert found(cast.ana, "castaños") == []


@pytest.mark.only_on("postgresql", reason="SQLite reads its index backwards")
def test_of_a_period_nothing_later_is_read(asked, cast, count_queries):
    made = published(cast.carles, texts=TEXTS)
    tomorrow = clock.today("Europe/Madrid") + timedelta(days=1)
    with count_queries() as statements:
        assert found(cast.ana, "poda", until=tomorrow) == [made.id]
        assert found(cast.ana, "poda", until=tomorrow - timedelta(days=9)) == []
    assert not any("words_fts AS words" in str(each) for each in statements)


@pytest.mark.slow
@pytest.mark.both
def test_it_stands_with_what_was_said_on_the_page_and_for_programs(app, cast, client_of):
    with app.app_context():
        say(cast.ana, channel_of(cast.licences), "Los abedules, qué bonitos.")
        made = published(cast.carles, texts=TEXTS)
    ana = client_of(cast.ana)
    page = ana.get("/search?q=abedules").text
    assert f'href="/p/{made.id}"' in page
    assert "<mark>abedules</mark>" in page
    only = ana.get("/search?q=abedules&kind=publication").text
    assert f'href="/p/{made.id}"' in only
    assert "bonitos" not in only
    items = ana.get("/api/v1/search?q=abedules").json["items"]
    assert [row["kind"] for row in items] == ["publication", "message"]
    assert items[0]["url"] == f"/p/{made.id}"
    both = ana.get("/api/v1/search?q=abedules&since=2020-01-01").json["items"]
    assert len(both) == 2
