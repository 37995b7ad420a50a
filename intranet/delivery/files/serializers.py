"""Files and uploads in parts, as JSON."""

from typing import Any

from intranet.delivery.files.limits import PART_BYTES
from intranet.delivery.files.models import File, Upload
from intranet.delivery.files.uploads import received_bytes


def file_json(file: File) -> dict[str, Any]:
    """Serialise a file, with an address at which access to it is checked."""
    shown: dict[str, Any] = {
        "id": str(file.id),
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size_bytes,
        "url": f"/files/{file.id}",
    }
    if file.is_image or file.is_video:
        shown |= {"width": file.width, "height": file.height}
    if file.is_image:
        thumbnail_url = f"/files/{file.id}/thumbnail"
        shown |= {"thumbnail_url": thumbnail_url, "alternative": file.alternative}
    if file.is_video:
        shown["duration_ms"] = file.duration_ms
    return shown


def upload_json(upload: Upload, file: File | None) -> dict[str, Any]:
    """Serialise an upload: where its next part begins, and the file once it is complete."""
    return {
        "id": str(upload.id),
        "name": upload.name,
        "size": upload.size_bytes,
        "offset": received_bytes(upload),
        "part_size": PART_BYTES,
        "file": file_json(file) if file else None,
    }
