"""Who may see a file before it hangs on anything: whoever stored it, and nobody else.

The same goes for what is on its way in parts.

From then on its holder decides: a message's readers have its files, an agency its portraits.
"""

from collections.abc import Sequence
from uuid import UUID

from intranet.core.errors import NotFound
from intranet.extensions import db
from intranet.files import queries
from intranet.files.models import Captions, File, Upload
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


def get_captions(video: File, captions_id: UUID) -> Captions:
    """Captions of a video that somebody may see.

    Raises:
        NotFound: it has none by this id.
    """
    captions = db.session.get(Captions, captions_id)
    if captions is None or captions.video_id != video.id:
        raise NotFound
    return captions


def get_arriving(owner: Person, upload_id: UUID) -> Upload:
    """What the person sends in parts.

    Raises:
        NotFound: it does not exist, or is somebody else's.
    """
    upload = db.session.get(Upload, upload_id)
    if upload is None or upload.owner_id != owner.id:
        raise NotFound
    return upload
