"""Filters of a list: what they read from an address and write into one."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import pytest

from intranet.finding.counterparts.filters import CounterpartFilters
from intranet.finding.finder.filters import FilterReader, Filters, sent_as
from intranet.finding.finder.properties import size_label
from intranet.organisation.agencies.models import Agency


@dataclass(frozen=True)
class SomeFilters(Filters):
    """Filters of each kind."""

    words: str = field(default="", metadata=sent_as("q"))
    view: str = "all"
    agency: Agency | None = None
    since: date | None = None
    mine: bool = False
    page: int = field(default=0, metadata=sent_as(""))


def test_an_address_has_what_is_set(cast):
    some = SomeFilters(words="a", agency=cast.altamar, since=date(2026, 3, 1), mine=True, page=3)
    assert some.address() == {
        "q": "a",
        "agency": cast.altamar.code,
        "since": "2026-03-01",
        "mine": "1",
    }
    assert some.address(q="", agency=None, mine=0, view="old") == {
        "since": "2026-03-01",
        "view": "old",
    }


def test_filters_are_empty_as_long_as_none_is_set():
    assert SomeFilters(page=2).is_empty
    assert not SomeFilters(mine=True).is_empty


def test_a_reader_notes_what_names_nothing():
    given = FilterReader({"view": "new", "by": "x", "since": "2026-13-01", "mine": "yes", "in": ""})
    assert given.one_of("view", {"all", "old"}) == ""
    assert given.id("by") is None
    assert given.id("in") is None
    assert given.day("since") is None
    assert given.is_on("mine") is False
    assert given.unknown == {"view", "by", "since", "mine"}


def test_a_reader_returns_what_is_known(cast, app):
    sent = {"by": str(UUID(int=1)), "since": "2026-03-01", "mine": "1", "agency": cast.altamar.code}
    given = FilterReader(sent)
    assert given.id("by") == UUID(int=1)
    assert given.day("since") == date(2026, 3, 1)
    assert given.is_on("mine")
    with app.app_context():
        assert given.agency(cast.elna) == cast.altamar
    assert given.unknown == set()


@pytest.mark.parametrize(
    ("sent", "is_impossible"),
    [
        ({}, False),
        ({"function": "hrm"}, False),
        ({"function": "a b"}, True),
        ({"kind": "municipality"}, False),
        ({"kind": "shop"}, True),
        ({"size": "5"}, False),
        ({"size": "6"}, True),
        ({"open": "shop"}, False),
    ],
)
def test_a_value_that_cannot_exist_is_impossible(sent, is_impossible):
    assert CounterpartFilters.read(sent).is_impossible is is_impossible


def test_a_size_that_does_not_exist_is_shown_as_sent(spanish_request):
    assert size_label("-1") == "-1"
    assert size_label("0") == "Menos de 1.000 habitantes"
