"""A transaction that waited for a publication's row reads its announcement after the wait."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import text

from intranet.extensions import db
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.models import ANNOUNCEMENT, Publication
from intranet.publishing.publications.operations.drafting import create_draft
from intranet.publishing.publications.voices import voices
from tests.delivery.realtime.clients import PATIENCE, wait_until
from tests.publishing.announcements.helpers import in_days

WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def somebody_waits():
    """The database says so anew in each transaction only."""
    found = db.session.scalar(WAITING)
    db.session.rollback()
    return found


@pytest.mark.only_on("postgresql", reason="SQLite lets in one writer, who then reads everything")
@pytest.mark.parametrize("reads_first", [False, True])
def test_what_was_joined_before_the_wait_is_read_again(app, cast, reads_first):
    with app.app_context():
        publication_id = create_draft(cast.carles, ANNOUNCEMENT, voices(cast.carles)[0]).id
    locked, go_on = Event(), Event()

    def change():
        with app.app_context(), unit_of_work() as work:
            publication = work.locked(Publication, publication_id)
            locked.set()
            assert go_on.wait(PATIENCE)
            publication.announcement.due_on = in_days(9)

    def read():
        """As another process does: its turn in this one's line is not waited for."""
        with app.app_context(), unit_of_work() as work:
            work.wait_outside()
            if reads_first:
                publication = db.session.get_one(Publication, publication_id)
                assert publication.announcement.due_on is None
                work.lock(publication)
            else:
                publication = work.locked(Publication, publication_id)
            return publication.announcement.due_on

    with ThreadPoolExecutor(2) as pool, app.app_context():
        changing = pool.submit(change)
        assert locked.wait(PATIENCE)
        reading = pool.submit(read)
        wait_until(somebody_waits)
        go_on.set()
        changing.result(PATIENCE)
        assert reading.result(PATIENCE) == in_days(9)
