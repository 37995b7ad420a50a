"""Who may have a file: whoever stored it, until it hangs on something; then its holder decides.

A message's readers have its files, a publication's readers those of what was published. Each kind
of holder says here how it finds out (`lends_files`), so that all files have one door.
A device that was handed over has those of what it shows, whoever stands before it.
What is on its way in parts is its sender's alone.
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
    """Ask this function too: it gives a file if its holder lets the person have it."""
    if find not in _holders:
        _holders.append(find)
    return find


def lends_files_to_device(find: FindForDevice) -> FindForDevice:
    """Ask this function too: it gives a file if it is of what this device was handed over for."""
    if find not in _devices:
        _devices.append(find)
    return find


def readable(view: View) -> View:
    """Give the view the file, for who may have it; send who is not signed in to sign in."""

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
    """A file that the person stored and that hangs on nothing yet, or that its holder lends them.

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
