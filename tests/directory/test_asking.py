"""What very much fits is read as it comes, and not listed by the index."""

from collections import Counter

import pytest

from intranet.core.unit_of_work import unit_of_work
from intranet.directory import asking, finding
from intranet.directory.asking import Asking
from intranet.directory.finding import find
from intranet.directory.narrowing import Narrowing
from intranet.index.dialect import on_sqlite
from intranet.index.expressions import All, Word
from intranet.index.models import DocumentKind
from intranet.index.queries import fit_in


def ids(viewer, words):
    """What is found, in order."""
    return [hit.id for hit in find(viewer, words).hits]


def read_some(monkeypatch, *, ranked):
    """Let anything be very much, and so many of it be ranked."""
    monkeypatch.setattr(asking, "FREQUENT", 0)
    for module in (asking, finding):
        monkeypatch.setattr(module, "RANKED", ranked)


def test_of_what_very_much_has_the_near_ones_come_first_and_no_others_are_found(
    house, cast, monkeypatch
):
    words = ("concello", "a", "monteclaro")
    plain = [ids(cast.ana, each) for each in words]
    read_some(monkeypatch, ranked=5)
    for each, every in zip(words, plain, strict=True):
        found = ids(cast.ana, each)
        assert len(found) == 5 < len(every)
        assert found[:3] == every[:3]
        assert set(found) <= set(every)


def test_of_what_very_much_has_as_much_of_each_kind_is_read(house, cast, monkeypatch):
    read_some(monkeypatch, ranked=5)
    kinds = [DocumentKind.PERSON, DocumentKind.POST]
    asked = Asking(cast.ana, Narrowing(), most=5, is_common=False)
    rows = asked.some([Word("s")], kinds, 6)
    assert asked.is_frequent == (not on_sqlite())
    assert len(rows) == 6
    assert all(" s" in f" {row.title} {row.body}" for row in rows)
    if asked.is_frequent:
        assert Counter(row.kind for row in rows) == {"person": 3, "post": 3}
        assert fit_in(All(Word("s")), kinds, 20)
        assert not fit_in(All(Word("zzz")), [DocumentKind.PERSON], 20)
    for kind in ("person", "post", "unit", "agency"):
        narrowed = Narrowing.read({"group": kind}, cast.ana)
        hits = find(cast.ana, "a", narrowed, count=True).hits
        assert {hit.kind for hit in hits} == {kind}


@pytest.mark.parametrize("asked", [{"kind": "municipality"}, {"level": "2", "group": "post"}])
def test_of_what_much_fits_by_filters_alone_as_much_of_each_kind_is_read(
    house, cast, monkeypatch, asked
):
    narrowed = Narrowing.read(asked, cast.ana)
    every = {hit.id for hit in find(cast.ana, "", narrowed, count=True).hits}
    read_some(monkeypatch, ranked=2)
    some = find(cast.ana, "", narrowed, count=True)
    assert len(some.hits) == 2 < len(every)
    assert some.is_cut
    assert {hit.id for hit in some.hits} <= every


def test_of_what_very_much_has_nothing_is_read_of_an_agency_that_left_the_directory(
    house, cast, monkeypatch
):
    read_some(monkeypatch, ranked=2)
    kinds = [DocumentKind.PERSON, DocumentKind.POST]

    def read():
        asked = Asking(cast.ana, Narrowing(), most=5, is_common=False)
        found = {row.subject_id for row in asked.some([Word("c")], kinds, 200)}
        assert asked.is_frequent == (not on_sqlite())
        return found & {cast.elna.id, cast.innovation_post.id}

    assert len(read()) == 2
    with unit_of_work():
        cast.altamar.in_directory = False
    assert not read()
