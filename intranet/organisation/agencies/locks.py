"""The lock under which an organisation changes."""

from intranet.extensions import Identified
from intranet.organisation.agencies.models import Agency
from intranet.platform.core.unit_of_work import Work


def lock_organisation(work: Work, agency: Agency, *rows: Identified) -> None:
    """Lock the agency's units, posts and appointments until the commit; reload the given rows.

    Memberships of spaces follow from all three together: a person appointed while the unit moves
    would stay in the spaces above its old place. Two concurrent moves could form a cycle, and two
    names could get the same code.

    Raises:
        NotFound: one of the rows no longer exists.
    """
    work.lock(agency)
    for row in rows:
        work.lock(row)
