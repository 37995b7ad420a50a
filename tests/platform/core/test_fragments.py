"""What pages repeat is rendered once for all who are shown the same, and for nobody else."""

import pytest
from flask import g

from intranet.platform.core.fragments import RenderedFragments


@pytest.fixture
def fragments():
    return RenderedFragments(most=3)


@pytest.fixture
def shown(app, fragments):
    """Renders the words of a removed message as a reader of a language sees them."""

    def show(rule, *, language="en"):
        with app.test_request_context():
            g.language = language
            expired = {"rule": rule, "day": "1 May"}
            return fragments.render("messaging/messages/_deleted.html", expired=expired)

    return show


def test_the_same_is_rendered_once(shown, fragments):
    first = shown("five years")

    assert shown("five years") is first
    assert len(fragments) == 1


def test_what_differs_in_anything_is_another_fragment(shown):
    assert "five years" in shown("five years")
    assert "ten years" in shown("ten years")


def test_each_reader_gets_their_own_language(shown):
    assert "Removed" in shown("five years")
    assert "Removed" not in shown("five years", language="eu")
    assert "Removed" in shown("five years")


def test_what_was_given_is_escaped(shown):
    assert "&lt;b&gt;" in shown("<b>")


def test_no_more_are_kept_than_may_be_and_the_latest_are(shown, fragments):
    first, *_others = [shown(f"{number} years") for number in range(3)]
    again = shown("0 years")
    shown("3 years")

    assert again is first
    assert len(fragments) == 3
    assert shown("0 years") is first
