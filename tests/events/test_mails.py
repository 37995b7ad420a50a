"""Mails that tell of an event: when and where, and an entry that calendars take."""

import icalendar
import pytest

from intranet.agencies.models import Agency, MailContent
from intranet.core.unit_of_work import unit_of_work
from intranet.events.models import AnswerKind, Event
from intranet.events.operations.answering import answer_event
from intranet.events.operations.cancelling import cancel_event
from intranet.events.operations.planning import move_occurrence
from intranet.extensions import db
from intranet.notifications.choices import Ways
from intranet.notifications.models import Kind, MailChoice
from intranet.notifications.operations import choose_ways
from intranet.publications.models import Publication
from tests.events.helpers import plan, planned
from tests.notifications.helpers import sent_mails


@pytest.fixture
def open_house(app, cast):
    """Texts may leave by mail, and Ana wants each mail at once."""
    with app.app_context():
        with unit_of_work():
            for agency in db.session.query(Agency):
                agency.mail_content = MailContent.TEXT
        choose_ways(cast.ana.id, Kind.CONCERN, Ways(MailChoice.NOW, push=False))
    return app
