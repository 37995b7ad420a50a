"""Hiding a publication and showing it again, for who moderates: they ask for rights themselves.

It is the state of what was withdrawn, which every door knows already, but can be taken back.
"""

from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.events import ShownAgain, Withdrawn
from intranet.publishing.publications.models import Publication


def hide_publication(moderator: Person, publication: Publication) -> bool:
    """Let its readers see only that it was hidden; False where it is not to be read anyhow."""
    with unit_of_work() as work:
        work.lock(publication)
        if publication.withdrawn_at or publication.published_at is None:
            return False
        publication.withdrawn_at = publication.hidden_at = clock.now()
        publication.withdrawn_by_id = moderator.id
        work.publish(Withdrawn(publication.id))
    return True


def show_publication(publication: Publication) -> bool:
    """Let it be read again; False where it is not hidden."""
    with unit_of_work() as work:
        work.lock(publication)
        if publication.hidden_at is None:
            return False
        publication.withdrawn_at = publication.withdrawn_by_id = publication.hidden_at = None
        work.publish(ShownAgain(publication.id))
    return True
