"""Minutes of events: written once the event has begun, and announced to those who attended."""

from collections.abc import Sequence
from uuid import UUID

from intranet.collaboration.events.access import get_occurrence
from intranet.collaboration.events.events import MINUTES
from intranet.collaboration.events.models import Event, EventMinutes
from intranet.collaboration.events.operations.planning import coming_ids
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.html import render_page
from intranet.platform.core.i18n import _l
from intranet.platform.core.keeping import offer
from intranet.platform.core.parsing import optional_text
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.access import require_writer
from intranet.publishing.publications.events import Concerned
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.attaching import attach
from intranet.publishing.publications.operations.publishing import correct
from intranet.publishing.publications.texts import BODY_LIMIT
from intranet.publishing.publications.versions import with_working_copy


def write_minutes(
    person: Person, event: Event, recurrence: str, body: str, *, file_ids: Sequence[UUID] = ()
) -> None:
    """Save the minutes of an occurrence, with files. An empty body deletes the minutes.

    People who answered yes or maybe are notified the first time.

    Raises:
        NotFound: the event has no such occurrence.
        Forbidden: the person may not change the event, or it has not begun.
        Invalid: the text is too long, or there are too many files.
    """
    body = optional_text(body, "body", BODY_LIMIT)
    with unit_of_work() as work:
        publication = db.session.get_one(Publication, event.publication_id)
        work.lock(publication)
        require_writer(person, publication)
        occurrence = get_occurrence(event, recurrence)
        if occurrence.starts_at > clock.now():
            raise Forbidden(_l("The event has not begun yet."))
        found = db.session.get(EventMinutes, (event.publication_id, recurrence))
        is_first = found is None and bool(body)
        if found and found.body != body:
            offer([found], person.id)
        if not body and found:
            work.delete(found)
        elif body:
            row = found or EventMinutes(publication_id=event.publication_id, recurrence=recurrence)
            row.body, row.html = body, str(render_page(body))
            row.written_by_id, row.written_at = person.id, clock.now()
            work.add(row)
        work.flush()
        for file_id in file_ids:
            attach(person, publication, file_id, edition=publication.edition)
        if file_ids:
            publication = with_working_copy(publication)
            words = str(_l("Material added"))
            correct(person, publication, words, edition=publication.edition, asks_again=False)
        came = coming_ids(event, recurrence) - {person.id}
        if is_first and came:
            told = tuple(sorted(came))
            work.publish(
                Concerned(event.publication_id, MINUTES, told, recurrence, actor_id=person.id)
            )
