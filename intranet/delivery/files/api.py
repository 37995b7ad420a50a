"""REST endpoints for files: upload and download."""

import hashlib
from typing import IO, Annotated, Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import Field

from intranet.delivery.files.access import get_file, get_upload
from intranet.delivery.files.operations import describe, discard, store_upload
from intranet.delivery.files.responses import FileResponse
from intranet.delivery.files.serializers import file_json
from intranet.delivery.files.serving import send
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import Form, Line
from intranet.platform.core.rest import PREFIX, body, described, idempotent_after_work

CHUNK_BYTES = 64 * 1024

bp = Blueprint("files_api", __name__, url_prefix=PREFIX)


class DescribeFile(Form):
    """Alternative text for an image."""

    alternative: Annotated[Line, Field(max_length=500)]


@bp.post("/files")
@described(FileResponse)
@signed_in
def upload(owner: Person) -> ResponseReturnValue:
    """Store a file (multipart, field `file`), to attach by its id."""
    given = request.files.get("file")
    if given is None:
        raise Invalid({"file": _l("Choose a file.")})
    words, name = request.form.get("alternative", ""), given.filename or ""

    def store() -> tuple[dict[str, Any], int]:
        return file_json(store_upload(owner, given.stream, name, alternative=words)), 201

    return idempotent_after_work(
        owner.id, lambda: f"{_digest(given.stream)}\n{name}\n{words}", store
    )


@bp.get("/files/<uuid:file_id>")
@described(bytes)
@signed_in
def download(person: Person, file_id: UUID) -> Response:
    """Return the bytes of a file that you may read, or that you uploaded."""
    return send(get_file(person, file_id))


@bp.patch("/files/<uuid:file_id>")
@described(FileResponse, form=DescribeFile)
@signed_in
def describe_upload(owner: Person, file_id: UUID) -> ResponseReturnValue:
    """Set the alternative text of an image that you uploaded."""
    file = get_upload(owner, file_id)
    describe(file, DescribeFile.parse_exactly(body()).alternative)
    return jsonify(file_json(file))


@bp.delete("/files/<uuid:file_id>")
@described(None, status=204)
@signed_in
def discard_upload(owner: Person, file_id: UUID) -> ResponseReturnValue:
    """Delete an upload that is not attached to anything yet."""
    discard([get_upload(owner, file_id).id])
    return "", 204


def _digest(stream: IO[bytes]) -> str:
    """Return a digest of a file, and rewind it."""
    found = hashlib.sha256()
    while part := stream.read(CHUNK_BYTES):
        found.update(part)
    stream.seek(0)
    return found.hexdigest()
