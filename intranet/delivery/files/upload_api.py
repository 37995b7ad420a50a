"""REST endpoints for videos that are uploaded in parts."""

from uuid import UUID

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from intranet.delivery.files.access import get_arriving
from intranet.delivery.files.forms import BeginUpload
from intranet.delivery.files.limits import PART_BYTES
from intranet.delivery.files.models import File, Upload
from intranet.delivery.files.request_files import sent_part
from intranet.delivery.files.responses import UploadResponse
from intranet.delivery.files.serializers import upload_json
from intranet.delivery.files.uploads import add_part, begin_upload, discard_upload
from intranet.extensions import db
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.guard import accepts_bytes
from intranet.platform.core.query_values import number
from intranet.platform.core.rest import PREFIX, body, described, idempotent

bp = Blueprint("uploads_api", __name__, url_prefix=PREFIX)


@bp.post("/uploads")
@described(UploadResponse, form=BeginUpload)
@signed_in
def begin(owner: Person) -> ResponseReturnValue:
    """Begin to upload a video in parts, up to the agency's limit."""
    form = BeginUpload.parse_exactly(body())

    def begun() -> tuple[object, int]:
        return upload_json(begin_upload(owner, form.name, form.size), None), 201

    return idempotent(owner.id, begun)


@bp.get("/uploads/<uuid:upload_id>")
@described(UploadResponse)
@signed_in
def show(owner: Person, upload_id: UUID) -> ResponseReturnValue:
    """Return how much of an upload has arrived, and the file once it is complete."""
    return _answer(get_arriving(owner, upload_id))


@bp.put("/uploads/<uuid:upload_id>")
@accepts_bytes(PART_BYTES)
@described(UploadResponse, query=("offset",))
@signed_in
def add(owner: Person, upload_id: UUID) -> ResponseReturnValue:
    """Send a part as `application/octet-stream`, from `offset` on; the last makes the file."""
    upload = get_arriving(owner, upload_id)
    with sent_part() as part:
        add_part(owner, upload, number("offset") or 0, part)
    return _answer(upload)


@bp.delete("/uploads/<uuid:upload_id>")
@described(None, status=204)
@signed_in
def discard(owner: Person, upload_id: UUID) -> ResponseReturnValue:
    """Delete an upload in parts."""
    discard_upload(get_arriving(owner, upload_id))
    return "", 204


def _answer(upload: Upload) -> ResponseReturnValue:
    file = db.session.get(File, upload.file_id) if upload.file_id else None
    return jsonify(upload_json(upload, file))
