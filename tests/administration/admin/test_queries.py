"""A list of fifty asks the database no more often than a list of five."""

from datetime import date

import pytest
from sqlalchemy import event

from intranet.extensions import db
from intranet.organisation.agencies.operations.posts import PostSpec, create_posts
from intranet.organisation.agencies.operations.units import create_unit
from intranet.organisation.people.operations.appointments import AppointmentSpec, appoint_all
from intranet.organisation.people.operations.people import ProfileContents, create_people
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from tests.delivery.realtime.clients import drain

TOWN = "/admin/L01990012"
PAGES = ("", "/units?q=n", "/posts", "/people", "/appointments", "/audit", "/administrators")


def fill(app, cast):
    """Forty more of everything."""
    with app.app_context(), unit_of_work():
        town, root = cast.monteclaro, cast.town_hall
        units = [create_unit(None, root, Localized(es=f"Negociado {n}")) for n in range(40)]
        new = [
            PostSpec(unit=unit, title=Localized(es="Negociadora"), is_head=True) for unit in units
        ]
        posts = create_posts(None, town, new)
        people = create_people(None, town, [(f"Nerea {n}", ProfileContents()) for n in range(40)])
        pairs = zip(posts, people, strict=True)
        start = date(2020, 1, 1)
        held = [
            AppointmentSpec(post=post, person=person, starts_on=start) for post, person in pairs
        ]
        appoint_all(None, town, held)
    drain(app)


@pytest.fixture
def count(app):
    """Counts what the database is asked while a function runs."""
    asked = []
    with app.app_context():
        engine = db.engine

    def listen(_connection, _cursor, words, *_more):
        if words.startswith("SELECT"):
            asked.append(words)

    event.listen(engine, "before_cursor_execute", listen)

    def counted(do):
        do()  # what is read once only is read now
        asked.clear()
        do()
        return len(asked)

    return counted


@pytest.mark.slow
def test_a_long_list_costs_no_more_queries(app, cast, client_of, count):
    client = client_of(cast.dorleta)

    def asked():
        return {page: count(lambda page=page: client.get(TOWN + page)) for page in PAGES}

    before = asked()
    fill(app, cast)

    assert asked() == before
    assert before.pop("") <= 32  # steps, figures, what needs attention, the latest changes
    assert max(before.values()) <= 22
