"""A served house with the cast in it, and people at real browsers."""

import pytest
from alembic import command
from playwright.sync_api import expect
from sqlalchemy import text

from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.platform.core import schema
from tests.browser.processes import Process
from tests.browser.visitors import House
from tests.delivery.realtime.clients import PATIENCE, served
from tests.messaging.messages.helpers import channel_of, say
from tests.services import free_port

expect.set_options(timeout=PATIENCE * 1_000)


@pytest.fixture
def site(app, browser):
    """The site, served; visitors whose page had a fault fail the test."""
    visitors = []
    with served(app) as address:
        made = House(address, app, browser)
        enter = made.visitor

        def visitor(*given, **more):
            visitors.append(enter(*given, **more))
            return visitors[-1]

        made.visitor = visitor  # type: ignore[method-assign]  # to see after them at the end
        yield made
        for one in visitors:
            one.context.close()
    faults = [fault for one in visitors for fault in one.faults]
    assert faults == []


@pytest.fixture
def planning(app, cast):
    """The channel of Urban Planning: Carles, Xoel, and Licences below it."""
    with app.app_context():
        return channel_of(cast.urban_planning)


@pytest.fixture
def says(app, cast, planning):
    """Let somebody of the cast, by name, say something in the channel of Urban Planning."""

    def speak(name, *texts):
        with app.app_context():
            for text in texts:
                room = db.session.get_one(Conversation, planning.id)
                say(getattr(cast, name), room, text, posts_per_10s=1_000)

    return speak


@pytest.fixture
def process(app):
    """The house in a process of its own, at the end of which nothing is left of it."""
    made = Process(app, free_port())
    with app.app_context():
        command.stamp(schema._config(), "head")  # its tables were made without migrations
    try:
        made.start()
        yield made
    finally:
        made.kill()
        with app.app_context():  # the next test's database has no such table
            db.session.execute(text("DROP TABLE alembic_version"))
            db.session.commit()
