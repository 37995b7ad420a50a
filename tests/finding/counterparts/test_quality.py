"""The figures that the finder owes on the open queries of the judged set."""

from statistics import mean

import pytest

from tests.finding.counterparts.evaluate import (
    bm25,
    create_posts_of_the_set,
    create_viewer,
    finder,
    installation,
    measure,
)
from tests.finding.counterparts.judged_set import LANGUAGES, agreement, read_posts, read_queries

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """Each open query with what the finder and BM25 reach."""
    queries = read_queries()
    with installation(tmp_path_factory.mktemp("judged")):
        keys = create_posts_of_the_set()
        ours, theirs = finder(create_viewer(), keys), bm25(read_posts())
        return [
            (query, measure(query, ours(query)), measure(query, theirs(query))) for query in queries
        ]


def ndcg(measured, **narrowed):
    """The mean of the queries that have these values."""
    return mean(
        ours.ndcg
        for query, ours, _theirs in measured
        if all(getattr(query, name) == value for name, value in narrowed.items())
    )


def test_counterparts_are_found(measured):
    assert ndcg(measured) >= 0.67
    assert mean(ours.recall for _query, ours, _theirs in measured) >= 0.65
    assert ndcg(measured) >= 3 * mean(theirs.ndcg for _query, _ours, theirs in measured)


@pytest.mark.parametrize(
    ("kind", "least"),
    [("own", 0.71), ("official", 0.67), ("trade", 0.70), ("sentence", 0.52), ("typo", 0.61)],
)
def test_counterparts_are_found_by_queries_of_every_class(measured, kind, least):
    assert ndcg(measured, kind=kind) >= least


@pytest.mark.parametrize("language", LANGUAGES)
def test_counterparts_are_found_in_every_language(measured, language):
    assert ndcg(measured, language=language) >= 0.62


def test_both_judges_agree():
    assert agreement() >= 0.9
