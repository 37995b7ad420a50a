"""Videos: told from their content, measured, and rid of what they tell about place and camera.

Nothing is encoded anew, so no program for it is needed: what is not picture or sound is
overwritten where it lies, and the file keeps its length.
"""

import hashlib
import os
from dataclasses import dataclass
from typing import BinaryIO, Final

from intranet.delivery.files.kinds import MP4, WEBM
from intranet.delivery.files.limits import MIB, VIDEO_SIDE
from intranet.delivery.files.mp4 import Movie
from intranet.delivery.files.video_faults import broken, not_video
from intranet.delivery.files.webm import Webm

WEBM_MARK: Final = b"\x1aE\xdf\xa3"


@dataclass(frozen=True)
class Video:
    """What a video is: its size as shown, in pixels, and how long it is if it says so."""

    media_type: str
    width: int
    height: int
    duration_ms: int | None


def begins_as_video(head: bytes) -> bool:
    """Whether the first bytes may be those of a video; the rest is looked at when it is there."""
    return head.startswith(WEBM_MARK) or head[4:8] == b"ftyp"


def clean_video(stream: BinaryIO) -> Video:
    """Measure a video and leave nothing in it but picture and sound.

    What says where and when it was taken, with what, and every track that is neither picture nor
    sound is overwritten in place.

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
    if not 0 < min(width, height) <= max(width, height) <= VIDEO_SIDE:
        raise broken()
    duration_ms = found.duration_ms()
    found.clean()
    return Video(WEBM if is_webm else MP4, width, height, min(duration_ms or 0, 2**31 - 1) or None)


def digest_of(stream: BinaryIO) -> str:
    """The SHA-256 of all bytes, in hexadecimal."""
    stream.seek(0)
    found = hashlib.sha256()
    while part := stream.read(MIB):
        found.update(part)
    return found.hexdigest()
