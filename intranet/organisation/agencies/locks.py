"""The one lock under which an organisation changes."""

from intranet.extensions import Identified
from intranet.organisation.agencies.models import Agency
from intranet.platform.core.unit_of_work import Work


def lock_organisation(work: Work, agency: Agency, *rows: Identified) -> None:
    """Keep the agency's units, posts and appointments still until the commit; read rows anew.

    Rooms follow from all three together: who was appointed while the unit moved would be in the
    rooms above its old place. Two moves at once could make a circle, two names one code.

    Raises:
        NotFound: one of the rows is gone.
    """
    work.lock(agency)
    for row in rows:
        work.lock(row)
