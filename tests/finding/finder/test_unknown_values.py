"""Filters with a value that names nothing, or nothing that the reader may know, in each list."""

import pytest

from intranet.extensions import db
from intranet.organisation.agencies.models import Agency
from intranet.platform.core.unit_of_work import unit_of_work

UNKNOWN = "L09999999"


@pytest.fixture
def closed(app, cast):
    """An agency that left the directory of the network."""
    with app.app_context(), unit_of_work():
        db.session.get_one(Agency, cast.monteclaro.id).in_directory = False
    return cast.monteclaro


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/directory?agency={}", 200),
        ("/directory?kind={}", 200),
        ("/directory?level={}", 200),
        ("/counterparts?kind={}", 200),
        ("/counterparts?size={}", 200),
        ("/counterparts?size=-1", 200),
        ("/search?q=a&in={}", 200),
        ("/search?q=a&kind={}", 200),
        ("/search?q=a&since={}", 200),
        ("/initiatives?agency={}", 200),
        ("/initiatives?stage={}", 200),
        ("/questions?agency={}", 200),
        ("/criteria?topic={}", 200),
        ("/models?topic={}", 200),
        ("/groups?agency={}", 200),
        ("/groups?mine={}", 200),
        ("/events?agency={}", 404),
        ("/events?topic={}", 404),
        ("/events?view={}", 200),
        ("/publications?agency={}", 404),
        ("/publications?by={}", 404),
        ("/publications?kind={}", 200),
        ("/open?agency={}", 404),
        ("/open?kind={}", 200),
    ],
)
def test_a_page_ignores_it_finds_nothing_or_does_not_exist(cast, client_of, address, status):
    assert client_of(cast.elna).get(address.format(UNKNOWN)).status_code == status


@pytest.mark.parametrize(
    ("call", "fields"),
    [
        ("directory?agency={}", None),
        ("counterparts?size={}", None),
        ("search?q=a&kind={}", {"kind"}),
        ("search?q=a&in={}", {"in"}),
        ("search?q=a&since={}", {"since"}),
        ("initiatives?agency={}", None),
        ("groups?agency={}", {"agency"}),
        ("groups?topic={}", {"topic"}),
        ("groups?mine={}", {"mine"}),
        ("events?agency={}", {""}),
        ("events?view={}", None),
        ("publications?topic={}", {""}),
        ("publications?kind={}", None),
    ],
)
def test_a_call_finds_nothing_or_says_which_field(cast, client_of, call, fields):
    answer = client_of(cast.elna).get(f"/api/v1/{call.format(UNKNOWN)}")
    if fields is None:
        assert answer.status_code == 200
        assert "agency" not in call or answer.json["items"] == []
    else:
        assert answer.status_code == 422
        assert set(answer.json["errors"]) == fields


@pytest.mark.parametrize(
    "name",
    ["directory", "initiatives", "questions", "criteria", "groups", "events", "publications"],
)
def test_a_closed_agency_is_as_unknown_as_one_that_is_not(cast, client_of, closed, name):
    outside = client_of(cast.elna)
    hidden, nonsense = (
        outside.get(f"/{name}?lang=en&agency={code}") for code in (closed.code, UNKNOWN)
    )
    assert hidden.status_code == nonsense.status_code
    assert len(hidden.text.replace(closed.code, "")) == len(nonsense.text.replace(UNKNOWN, ""))


@pytest.mark.parametrize(
    "name", ["directory", "counterparts", "search", "initiatives", "groups", "events", "open"]
)
def test_no_text_is_too_long(cast, client_of, name):
    assert client_of(cast.elna).get(f"/{name}?q={'x' * 5_000}").status_code == 200
