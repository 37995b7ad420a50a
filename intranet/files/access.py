"""Who may see a file before it hangs on anything: whoever stored it, and nobody else.

From then on its holder decides: a message's readers have its files, an agency its portraits.
"""

from collections.abc import Sequence
from uuid import UUID

from intranet.core.errors import NotFound
from intranet.files import queries
from intranet.files.models import File
from intranet.people.models import Person


def get_upload(owner: Person, file_id: UUID) -> File:
    """A file that the person stored and that hangs on nothing yet.

    Raises:
        NotFound: it does not exist, is somebody else's, or hangs on something by now.
    """
    return get_uploads(owner, [file_id])[0]


def get_uploads(owner: Person, file_ids: Sequence[UUID]) -> list[File]:
    """Several such files, in the order asked for; each may be named once.

    Raises:
        NotFound: one of them is not there for this person.
    """
    found = queries.uploads(owner, file_ids)
    if len(found) != len(file_ids):
        raise NotFound
    return found
