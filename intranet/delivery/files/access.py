"""Access to files: the uploader until a file is attached, then whoever its holder lets read it.

The readers of a message may open its files, those of a publication the files of the published
version. Each kind of holder registers here how it decides (`lends_files`), so that all files have
one access rule. A public screen may open the files of what it shows, whoever is in front of it. An
upload in parts belongs to its sender alone.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from uuid import UUID

from flask.typing import ResponseReturnValue

from intranet.delivery.files import queries
from intranet.delivery.files.models import Captions, File, Upload
from intranet.extensions import db
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import NotFound

Find = Callable[[Person, UUID], File | None]
FindForDevice = Callable[[UUID], File | None]
View = Callable[..., ResponseReturnValue]

_holders: list[Find] = []
_devices: list[FindForDevice] = []


def lends_files(find: Find) -> Find:
    """Register a function that returns a file if it is attached where the person may read it."""
    if find not in _holders:
        _holders.append(find)
    return find


def lends_files_to_device(find: FindForDevice) -> FindForDevice:
    """Register a function that returns a file if this device is a screen that shows it."""
    if find not in _devices:
        _devices.append(find)
    return find


def readable(view: View) -> View:
    """Give the view the file, if access is granted; redirect to sign-in if nobody is signed in."""

    @signed_in
    def of_person(person: Person, /, file_id: UUID, **more: UUID) -> ResponseReturnValue:
        return view(get_file(person, file_id), **more)

    @wraps(view)
    def wrapped(file_id: UUID, **more: UUID) -> ResponseReturnValue:
        for find in _devices:
            if file := find(file_id):
                return view(file, **more)
        return of_person(file_id=file_id, **more)

    return wrapped


def get_file(person: Person, file_id: UUID) -> File:
    """Return the person's unattached upload, or a file whose holder lets them read it.

    Raises:
        NotFound: it does not exist, or the person may not know that it does.
    """
    if own := queries.uploads(person, [file_id]):
        return own[0]
    for find in _holders:
        if file := find(person, file_id):
            return file
    raise NotFound


def get_upload(owner: Person, file_id: UUID) -> File:
    """Return a file that the person uploaded and that is not attached yet.

    Raises:
        NotFound: it does not exist, is somebody else's, or is attached by now.
    """
    return get_uploads(owner, [file_id])[0]


def get_uploads(owner: Person, file_ids: Sequence[UUID]) -> list[File]:
    """Return unattached uploads of this owner in the given order; each may be named once.

    Raises:
        NotFound: one of them does not exist, is somebody else's, or is attached by now.
    """
    found = queries.uploads(owner, file_ids)
    if len(found) != len(file_ids):
        raise NotFound
    return found


def get_captions(video: File, captions_id: UUID) -> Captions:
    """Return captions of a video that the person may see.

    Raises:
        NotFound: the video has no captions with this id.
    """
    captions = db.session.get(Captions, captions_id)
    if captions is None or captions.video_id != video.id:
        raise NotFound
    return captions


def get_arriving(owner: Person, upload_id: UUID) -> Upload:
    """Return the person's own upload in parts.

    Raises:
        NotFound: it does not exist, or is somebody else's.
    """
    upload = db.session.get(Upload, upload_id)
    if upload is None or upload.owner_id != owner.id:
        raise NotFound
    return upload
