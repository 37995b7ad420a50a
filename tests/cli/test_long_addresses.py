"""An address that is too long is answered in the person's language, by both kinds of workers."""

import re

import pytest
import requests

from tests.cli.processes import running
from tests.delivery.realtime.clients import PATIENCE
from tests.docs.reading import ROOT

SENTENCE = "Acorta el texto que buscas y vuelve a intentarlo."
SEARCH_BOX = re.compile(r'type="search"[^>]*>|ui\.search_field\(.*?\) }}', re.DOTALL)


@pytest.fixture(scope="module")
def address(new_migrated_url, tmp_path_factory):
    """A site with nobody in it, served: of threads with SQLite, of greenlets with PostgreSQL."""
    settings = {"data_dir": tmp_path_factory.mktemp("long"), "database_url": new_migrated_url()}
    with running("serve", "--empty", "--no-browser", "--port=0", **settings) as server:
        yield server.line("Serving on ").removeprefix("Serving on ")


def looked_for(address, path, words):
    return requests.get(
        f"{address}{path}",
        params={"q": words},
        headers={"Accept-Language": "es"},
        allow_redirects=False,
        timeout=PATIENCE,
    )


@pytest.mark.both
@pytest.mark.parametrize("words", ["a" * 10_000, "🙂" * 4_000, "' OR 1=1;--" * 1_500])
def test_a_very_long_search_is_refused_in_a_sentence(address, words):
    page = looked_for(address, "/open", words)

    assert page.status_code == 414
    assert '<html lang="es"' in page.text
    assert SENTENCE in page.text
    told = looked_for(address, "/api/v1/people", words)
    assert told.status_code == 414
    assert told.json()["detail"] == SENTENCE


@pytest.mark.both
def test_an_address_too_long_to_come_back_to_is_kept_without_its_query(address):
    first = looked_for(address, "/search", "a" * 7_000)
    assert first.headers["Location"] == "/signin?next=/search"

    usual = looked_for(address, "/search", "licencias")
    assert usual.headers["Location"] == "/signin?next=/search%3Fq%3Dlicencias"


def test_every_search_box_ends_where_the_search_does():
    for template in sorted((ROOT / "templates").rglob("*.html")):
        for box in SEARCH_BOX.findall(template.read_text(encoding="utf-8")):
            assert "maxlength" in box or "_wiring" in box, (template, box)
