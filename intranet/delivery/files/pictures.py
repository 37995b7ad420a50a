"""Clean pictures of metadata and make thumbnails, in a limited process, one at a time.

Uploads are hostile. A picture of some hundred kilobytes may unpack to hundreds of megabytes, or
crash its decoder. So a separate process decodes it (`decoding.py`), and its memory ends with it.
"""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from intranet.delivery.files.limits import (
    MIB,
    PICTURE_SECONDS,
    PICTURE_SIDE_PIXELS,
    PICTURE_WAIT_SECONDS,
    PICTURES_OF_A_PERSON,
    PICTURES_WAITING,
)
from intranet.delivery.files.media_types import PICTURES
from intranet.delivery.files.storage_interface import Source, full_disk_as_error
from intranet.platform.core.errors import Invalid, Unavailable
from intranet.platform.core.fair_queue import FairQueue
from intranet.platform.core.i18n import _l
from intranet.platform.core.subprocesses import (
    EXIT_DAMAGED,
    NotStartedError,
    TookTooLongError,
    run_apart,
)

FOLDERS = "intranet-picture-"

_line = FairQueue(
    of_a_person=PICTURES_OF_A_PERSON,
    in_all=PICTURES_WAITING,
    wait_seconds=PICTURE_WAIT_SECONDS,
    busy=_l("Many pictures are being processed right now. Try again in a minute."),
)


@dataclass(frozen=True)
class Picture:
    """A stored picture: the full image, its size in pixels, and a thumbnail."""

    content: IO[bytes]
    width: int
    height: int
    thumbnail: IO[bytes]


@dataclass(frozen=True)
class Photo:
    """A square portrait in the two sizes that pages show."""

    large: bytes
    small: bytes


@contextmanager
def cleaned_picture(source: Source, media_type: str) -> Iterator[Picture]:
    """Yield a picture without metadata, and its thumbnail, a still WebP.

    Raises:
        Invalid: it is too large to be decoded, or incomplete.
        TooMany, Busy: too many other pictures are being prepared; it can be tried again.
        Unavailable: no process can be started now.
    """
    with _decoded("clean", source, media_type) as (folder, size), ExitStack() as opened:
        content, thumbnail = (
            opened.enter_context((folder / name).open("rb")) for name in ("content", "thumbnail")
        )
        yield Picture(content, size["width"], size["height"], thumbnail)


def square_photo(source: Source, media_type: str) -> Photo:
    """Return the middle of a picture as a square, encoded anew.

    Raises:
        Invalid, TooMany, Busy, Unavailable: as for `cleaned_picture`.
    """
    with _decoded("square", source, media_type) as (folder, _size):
        return Photo((folder / "large").read_bytes(), (folder / "small").read_bytes())


def poster_picture(source: Source, media_type: str) -> bytes:
    """Return a picture as the poster of a video: a still WebP, no larger than pages show it.

    Raises:
        Invalid, TooMany, Busy, Unavailable: as for `cleaned_picture`.
    """
    with _decoded("poster", source, media_type) as (folder, _size):
        return (folder / "poster").read_bytes()


def discard_left(age: timedelta) -> None:
    """Remove folders of killed processes that are older than `age`."""
    before = time.time() - age.total_seconds()  # by the clock that wrote the times of the folders
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDERS}*"):
        about = folder.lstat()  # of the link itself, not of its target
        if about.st_uid == os.getuid() and about.st_mtime < before:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _decoded(
    purpose: str, source: Source, media_type: str
) -> Iterator[tuple[Path, dict[str, int]]]:
    """Wait for a turn, decode a picture, and yield the folder of results and its size."""
    with (
        _line.turn(),
        full_disk_as_error(),
        tempfile.TemporaryDirectory(prefix=FOLDERS) as name,
    ):
        folder = Path(name)
        with (folder / "sent").open("wb") as sent:
            while part := source.read(MIB):
                sent.write(part)
        yield folder, _sound(*_run(purpose, PICTURES[media_type], folder))


def _run(purpose: str, kind: str, folder: Path) -> tuple[int, dict[str, Any]]:
    """Run the decoder; return the exit code and its report of the size."""
    with tempfile.TemporaryFile() as said:
        try:
            code = run_apart(
                "intranet.delivery.files.decoding",
                *(purpose, kind, str(folder)),
                within_seconds=PICTURE_SECONDS,
                said=said,
            )
        except TookTooLongError as error:
            raise _too_much() from error
        except NotStartedError as error:
            raise Unavailable(
                _l("The server cannot process pictures right now. Try again soon.")
            ) from error
        said.seek(0)
        return code, json.loads(said.read() or "{}") if code == 0 else {}


def _sound(code: int, size: dict[str, Any]) -> dict[str, int]:
    """Return the size, unless the picture has to be refused."""
    if code == EXIT_DAMAGED:
        raise Invalid({"file": _l("This picture is damaged. Save it again, then send it.")})
    if code:
        raise _too_much()
    if most_pixels := size.get("most_pixels"):
        words = _l(
            "This picture measures %(width)s × %(height)s pixels. Make it smaller: at "
            "most %(side)s pixels per side and %(limit)s million pixels in all.",
            width=size["width"],
            height=size["height"],
            side=PICTURE_SIDE_PIXELS,
            limit=most_pixels // 1_000_000,
        )
        raise Invalid({"file": words})
    return size


def _too_much() -> Invalid:
    words = _l(
        "This picture takes too much time or memory to process. Save a smaller version, "
        "for example as a JPEG, and try again."
    )
    return Invalid({"file": words})
