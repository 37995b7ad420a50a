"""The figures that the finder owes, on queries that were looked at and on those held out."""

import pytest

from tests.finding.counterparts.evaluate import evaluate, read_posts, read_queries


@pytest.mark.parametrize("name", ["dev", "held_out"])
def test_counterparts_are_found_across_languages_and_typing(name):
    posts = read_posts()
    results = evaluate(read_queries(name, posts), posts)

    ndcg, recall = results["finder"]["all"].mean()
    assert ndcg >= 0.8
    assert recall >= 0.8
    by_words, recalled_by_words = results["bm25"]["all"].mean()
    assert ndcg >= 2 * by_words
    assert recall >= 2 * recalled_by_words
    languages = [group for group in results["finder"] if group.startswith("language")]
    assert len(languages) == 6
    assert {
        group: results["finder"][group].mean()
        for group in languages
        if min(results["finder"][group].mean()) < 0.7
    } == {}
