"""Taking a file out of a request."""

from flask import request
from werkzeug.datastructures import FileStorage

from intranet.core.errors import Invalid
from intranet.core.i18n import _l
from intranet.files.storage import full_is_said


def sent_file(field: str = "file") -> FileStorage:
    """The file that a form or a program sent; `.stream` and `.filename` are for `store_upload`.

    Raises:
        Invalid: there is none.
        TooLarge: the request is over the limit.
        StorageFull: there was no room to receive it.
    """
    with full_is_said():
        file = request.files.get(field)
    if file is None or (not file.filename and not file.stream.read(1)):
        raise Invalid({field: _l("Choose a file.")})
    file.stream.seek(0)
    return file
