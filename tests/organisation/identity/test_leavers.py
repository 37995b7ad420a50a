"""How many people may leave before somebody is asked."""

import pytest

from intranet.organisation.identity.leavers import are_many


@pytest.mark.parametrize(
    ("leaving", "kept"),
    [(0, 0), (0, 1), (1, 3), (1, 15), (3, 7), (3, 15), (3, 60), (4, 80), (5, 100), (2500, 50_000)],
)
def test_a_few_or_one_in_twenty_leave_unasked(leaving, kept):
    assert not are_many(leaving, kept)


@pytest.mark.parametrize(
    ("leaving", "kept"),
    [(1, 1), (1, 2), (2, 3), (2, 4), (3, 6), (4, 9), (4, 79), (6, 100), (2501, 50_000)],
)
def test_half_of_a_few_or_more_than_one_in_twenty_are_asked_about(leaving, kept):
    assert are_many(leaving, kept)
