"""What is asked once a request, and when it is asked again."""

import pytest

from intranet.platform.core.per_request import per_request
from intranet.platform.core.unit_of_work import unit_of_work


@pytest.fixture
def asked():
    """What was asked so far."""
    return []


@pytest.fixture
def question(asked):
    """Something that is asked of the database."""

    @per_request
    def ask(*words, **options):
        asked.append((*words, *options.values()))
        return len(asked)

    return ask


def test_a_request_asks_once_for_each_of_the_arguments(app, question, asked):
    with app.test_request_context():
        answers = [question("a"), question("b"), question("a"), question("a", how="other")]

    assert answers == [1, 2, 1, 3]
    assert asked == [("a",), ("b",), ("a", "other")]


def test_nothing_is_kept_for_the_next_request(app, question):
    with app.test_request_context():
        question("a")
    with app.test_request_context():
        assert question("a") == 2


def test_a_write_asks_anew_within_it_and_after_it(app, question):
    with app.test_request_context():
        question("a")
        with unit_of_work():
            assert [question("a"), question("a")] == [2, 3]
        assert [question("a"), question("a")] == [4, 4]


def test_outside_of_a_request_nothing_is_kept(app_context, question):
    assert [question("a"), question("a")] == [1, 2]
