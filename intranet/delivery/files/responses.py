"""Response models of files."""

from pydantic import MISSING

from intranet.platform.core.responses import ResponseModel


class FileResponse(ResponseModel):
    """A file; pictures and videos have a size, pictures a thumbnail."""

    id: str
    name: str
    media_type: str
    size: int
    url: str
    width: int | MISSING | None = MISSING
    height: int | MISSING | None = MISSING
    thumbnail_url: str | MISSING = MISSING
    alternative: str | MISSING = MISSING
    duration_ms: int | MISSING | None = MISSING


class UploadResponse(ResponseModel):
    """An upload in parts; its file is there once it is complete."""

    id: str
    name: str
    size: int
    offset: int
    part_size: int
    file: FileResponse | MISSING | None = MISSING
