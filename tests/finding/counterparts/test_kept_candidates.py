"""Candidates are collected again when the organisation has changed, and not before."""

from datetime import timedelta

import pytest

from intranet.extensions import db
from intranet.finding.counterparts.operations import show_oneself
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.operations.agencies import root_unit
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work

pytestmark = pytest.mark.both

CALL = "/api/v1/counterparts?lang=en"


def titles(answer):
    return [item["post"]["title"] for item in answer.json["items"]]


@pytest.fixture
def collected(cast, client_of, elsewhere, count_queries):
    """Whether candidates are collected when Bieito looks, and what he finds."""
    client = client_of(cast.bieito)

    def look():
        with count_queries() as asked:
            found = titles(client.get(CALL))
        return any("post_occupations" in str(each) for each in asked), found

    return look


def test_a_second_look_collects_none_and_finds_the_same(collected):
    is_collected, found = collected()
    assert is_collected
    assert "Secretari interventor" in found

    assert collected() == (False, found)


def test_a_new_post_is_found_at_once(app, elsewhere, collected):
    collected()
    with app.app_context(), unit_of_work():
        root = root_unit(db.session.get_one(Agency, elsewhere.robledal))
        title = Localized({"es": "Secretario interventor"})
        create_post(None, PostSpec(unit=root, title=title, code="robledal-9"))

    is_collected, found = collected()
    assert is_collected
    assert "Secretario interventor" in found


def test_rights_are_read_at_each_look(app, elsewhere, collected):
    collected()
    with app.app_context():
        show_oneself(db.session.get_one(Person, elsewhere.quim), is_open=False, is_suggested=False)

    is_collected, found = collected()
    assert not is_collected
    assert "Secretari interventor" not in found


def test_candidates_are_kept_for_a_minute(collected):
    collected()

    with clock.freeze(clock.now() + timedelta(seconds=50)):
        assert not collected()[0]
    with clock.freeze(clock.now() + timedelta(seconds=70)):
        assert collected()[0]
