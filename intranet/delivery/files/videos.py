"""Videos: detected from their content, measured, and cleaned of place and camera.

Nothing is encoded anew, so no other program is needed: everything but picture and sound is
overwritten in place, and the file keeps its length.
"""

import os
from dataclasses import dataclass
from typing import BinaryIO, Final

from intranet.delivery.files.limits import VIDEO_SIDE_PIXELS
from intranet.delivery.files.media_types import MP4, WEBM
from intranet.delivery.files.mp4 import Movie
from intranet.delivery.files.video_faults import broken, not_video
from intranet.delivery.files.webm import Webm

WEBM_MARK: Final = b"\x1aE\xdf\xa3"


@dataclass(frozen=True)
class Video:
    """The facts of a video: its type, its displayed size in pixels, its duration if known."""

    media_type: str
    width: int
    height: int
    duration_ms: int | None


def begins_as_video(head: bytes) -> bool:
    """Return whether the first bytes may be a video's; the rest is checked when complete."""
    return head.startswith(WEBM_MARK) or head[4:8] == b"ftyp"


def clean_video(stream: BinaryIO) -> Video:
    """Measure a video and leave nothing in it but picture and sound.

    Metadata about place, time and camera, and every track that is neither picture nor sound, is
    overwritten in place.

    Args:
        stream: open for reading and writing.

    Raises:
        Invalid: it is no video, it is damaged, or not every browser plays it. It is unchanged.
    """
    size_bytes = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    head = stream.read(len(WEBM_MARK) * 2)
    if not begins_as_video(head):
        raise not_video()
    is_webm = head.startswith(WEBM_MARK)
    found = (Webm if is_webm else Movie)(stream, size_bytes)
    width, height = found.size()
    if not 0 < min(width, height) <= max(width, height) <= VIDEO_SIDE_PIXELS:
        raise broken()
    duration_ms = found.duration_ms()
    found.clean()
    return Video(WEBM if is_webm else MP4, width, height, min(duration_ms or 0, 2**31 - 1) or None)
