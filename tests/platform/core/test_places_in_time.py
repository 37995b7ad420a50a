"""Lists in the order of time go on where an address says, and no text of it is a fault."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from intranet.platform.core.rest import after_time, read_time

SOME = "0192f0c8-0000-7000-8000-000000000001"
NO_PLACES = [
    "",
    "soon",
    "soon " + SOME,
    "2026-03-01T09:00:00+00:00",
    "2026-03-01T09:00:00+00:00 somebody",
    "2026-03-01T09:00:00 " + SOME,
    "0001-01-01T00:00:00+14:00 " + SOME,
]


def test_what_the_page_before_gave_is_read_again():
    at = datetime(2026, 3, 1, 9, 0, 0, 123456, tzinfo=UTC)
    assert read_time(after_time(at, UUID(SOME))) == (at, UUID(SOME))


@pytest.mark.parametrize("text", NO_PLACES)
def test_any_other_text_is_no_place(text):
    assert read_time(text) is None


@pytest.mark.parametrize("text", NO_PLACES[1:])
def test_pages_begin_at_the_top_then_and_programs_are_told(client_of, cast, text):
    ana = client_of(cast.ana)
    for page in ("/publications", "/notifications"):
        assert ana.get(page, query_string={"before": text}).status_code == 200
    for call in ("/api/v1/publications", "/api/v1/notifications"):
        refused = ana.get(call, query_string={"cursor": text})
        assert refused.status_code == 422
        assert "cursor" in refused.json["errors"]
