"""The tables that the end of an appointment writes to are those of its page, and no others."""

import re
from contextlib import suppress

from sqlalchemy import event, select

from intranet.extensions import db
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.operations.appointments import end_appointment
from intranet.organisation.people.queries import is_not_over
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict
from tests.docs.reading import codes, rows, text_of

WRITES = re.compile(r"\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+\"?(\w+)")


def test_the_page_names_every_table_that_is_written_to(app_context, cast):
    written: set[str] = set()

    def listen(_connection, _cursor, statement, *_more):
        found = WRITES.match(statement)
        if found:
            written.add(found[1])

    event.listen(db.engine, "before_cursor_execute", listen)
    for appointment in db.session.scalars(
        select(Appointment).where(is_not_over(clock.now()))
    ).all():
        with suppress(Conflict):  # the last administrators stay
            end_appointment(None, appointment)
    event.remove(db.engine, "before_cursor_execute", listen)

    named = {codes(row[0])[0] for row in rows(text_of("end-of-an-appointment.md"))}
    assert written == named
