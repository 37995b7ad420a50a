"""A page that is open says when nothing can be written, from the announcement to the end."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from intranet.moving.sqlite_source import SqliteSource
from intranet.platform.core import clock

pytestmark = [
    pytest.mark.slow,
    pytest.mark.only_on("sqlite", reason="a page is told the same way on both"),
]


@pytest.fixture
def move(app):
    """A move that is under way and has announced nothing."""
    source = SqliteSource(Path(app.config["SETTINGS"].database_url.removeprefix("sqlite:///")))
    source.begin("a move", [])
    return source


def test_an_open_page_is_told_of_a_read_only_time_and_of_its_end(site, cast, planning, move):
    ana = site.visitor(cast.ana).open(planning)
    told = ana.page.locator("read-only-time")
    expect(told).to_be_empty()

    move.announce((clock.now() + timedelta(minutes=10)).isoformat(), 2)
    expect(told).to_contain_text("you can read but not write for about 2 minutes")
    move.announce(clock.now().isoformat(), 2)
    expect(told).to_contain_text("For a few minutes you can read but not write")
    move.announce(None, 0)
    expect(told).to_be_empty()
