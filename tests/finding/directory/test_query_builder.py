"""What very much fits is read as it comes, and not listed by the index."""

from collections import Counter

import pytest

from intranet.finding.directory import indexing, query_builder, search
from intranet.finding.directory.filters import DirectoryFilters
from intranet.finding.directory.query_builder import DirectoryIndexSearch
from intranet.finding.directory.search import find
from intranet.organisation.agencies.operations.agencies import root_unit
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.people.operations.appointments import appoint
from intranet.organisation.people.operations.people import ProfileContents, create_person
from intranet.platform.core import clock, outbox
from intranet.platform.core.database import on_sqlite
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.index.expressions import All, Word
from intranet.platform.index.models import DocumentKind
from intranet.platform.index.queries import fit_in


def ids(viewer, words):
    """What is found, in order."""
    return [hit.id for hit in find(viewer, words).hits]


def read_some(monkeypatch, *, ranked):
    """Let anything be very much, and so many of it be ranked."""
    monkeypatch.setattr(query_builder, "FREQUENT_ROWS", 0)
    for module in (query_builder, search):
        monkeypatch.setattr(module, "MAX_RANKED", ranked)


@pytest.mark.both
def test_of_what_very_much_has_the_near_ones_come_first_and_no_others_are_found(
    app_context, cast, monkeypatch
):
    words = ("concello", "a", "monteclaro")
    plain = [ids(cast.ana, each) for each in words]
    read_some(monkeypatch, ranked=5)
    for each, every in zip(words, plain, strict=True):
        found = ids(cast.ana, each)
        assert len(found) == 5 < len(every)
        assert found[:3] == every[:3]
        assert set(found) <= set(every)


@pytest.mark.both
def test_of_what_very_much_has_as_much_of_each_kind_is_read(app_context, cast, monkeypatch):
    read_some(monkeypatch, ranked=5)
    kinds = [DocumentKind.PERSON, DocumentKind.POST]
    asked = DirectoryIndexSearch(cast.ana, DirectoryFilters(), most=5, is_common=False)
    rows = asked.some([Word("s")], kinds, 6)
    assert asked.is_frequent == (not on_sqlite())
    assert len(rows) == 6
    assert all(" s" in f" {row.title} {row.body}" for row in rows)
    if asked.is_frequent:
        assert Counter(row.kind for row in rows) == {"person": 3, "post": 3}
        assert fit_in(All(Word("s")), kinds, 20)
        assert not fit_in(All(Word("zzz")), [DocumentKind.PERSON], 20)
    for kind in ("person", "post", "unit", "agency"):
        narrowed = DirectoryFilters.read({"group": kind}, cast.ana)
        hits = find(cast.ana, "a", narrowed, count=True).hits
        assert {hit.kind for hit in hits} == {kind}


@pytest.mark.parametrize("filters", [{"kind": "municipality"}, {"level": "2"}])
def test_of_what_much_fits_by_filters_alone_as_much_of_each_kind_is_read(
    app_context, cast, monkeypatch, filters
):
    narrowed = DirectoryFilters.read(filters, cast.ana)
    every = {hit.id for hit in find(cast.ana, "", narrowed, count=True).hits}
    read_some(monkeypatch, ranked=3)
    asked = DirectoryIndexSearch(cast.ana, narrowed, most=5, is_common=False)
    rows = asked.some([], [DocumentKind.PERSON, DocumentKind.POST], 4)
    assert asked.is_frequent == (not on_sqlite())
    assert len(rows) == 4
    if asked.is_frequent:
        assert Counter(row.kind for row in rows) == {"person": 2, "post": 2}
    some = find(cast.ana, "", narrowed, count=True)
    assert len(some.hits) == 3 < len(every)
    assert some.is_cut
    assert {hit.id for hit in some.hits} <= every


def test_what_is_expected_too_seldom_is_tried(app_context, cast, monkeypatch):
    read_some(monkeypatch, ranked=10)
    monkeypatch.setattr(query_builder, "FREQUENT_ROWS", 10**9)
    monkeypatch.setattr(query_builder, "PERHAPS_FREQUENT_ROWS", 0)

    def is_much(word):
        asked = DirectoryIndexSearch(cast.ana, DirectoryFilters(), most=5, is_common=False)
        asked.some([Word(word)], [DocumentKind.PERSON, DocumentKind.POST], 11)
        return asked.is_frequent

    assert is_much("a") == (not on_sqlite())
    assert not is_much("ana")


def test_of_what_very_much_fits_ones_own_agency_is_found(app_context, cast, monkeypatch):
    post = create_post(
        None, PostSpec(unit=root_unit(cast.outeiro), title=Localized({"gl": "Secretaría"}))
    )
    person = create_person(None, cast.outeiro, "Uxía Rei", ProfileContents())
    appoint(None, post, person, starts_on=clock.today("Europe/Madrid"))
    read_some(monkeypatch, ranked=1)
    narrowed = DirectoryFilters.read({"group": "agency", "kind": "municipality"}, person)
    [found] = find(person, "", narrowed, most=2).hits  # there are three, and two are read
    assert found.id == cast.outeiro.id


@pytest.mark.parametrize("named", [100, 0])
def test_of_what_very_much_has_nothing_is_read_of_an_agency_that_left_the_directory(
    app_context, cast, monkeypatch, named
):
    read_some(monkeypatch, ranked=2)
    monkeypatch.setattr(query_builder, "MAX_CLOSED_NAMED", named)
    kinds = [DocumentKind.PERSON, DocumentKind.POST]

    def read():
        asked = DirectoryIndexSearch(cast.ana, DirectoryFilters(), most=5, is_common=False)
        found = {row.subject_id for row in asked.some([Word("c")], kinds, 200)}
        assert asked.is_frequent == (not on_sqlite())
        return found & {cast.elna.id, cast.innovation_post.id}

    assert len(read()) == 2
    with unit_of_work():
        cast.altamar.in_directory = False
    indexing.queue_agency(cast.altamar.id)
    while outbox.run_due():
        pass
    assert not read()
