"""Hiding a publication and showing it again; the moderation package checks the rights.

A hidden publication counts as withdrawn, which every access rule knows, but can be shown again.
"""

from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.events import ShownAgain, Withdrawn
from intranet.publishing.publications.models import Publication


def hide_publication(moderator: Person, publication: Publication) -> bool:
    """Hide a publication; return False if it is not published or already withdrawn."""
    with unit_of_work() as work:
        work.lock(publication)
        if publication.withdrawn_at or publication.published_at is None:
            return False
        publication.withdrawn_at = publication.hidden_at = clock.now()
        publication.withdrawn_by_id = moderator.id
        work.publish(Withdrawn(publication.id))
    return True


def show_publication(publication: Publication) -> bool:
    """Show a hidden publication again; return False if it is not hidden."""
    with unit_of_work() as work:
        work.lock(publication)
        if publication.hidden_at is None:
            return False
        publication.withdrawn_at = publication.withdrawn_by_id = publication.hidden_at = None
        work.publish(ShownAgain(publication.id))
    return True
