"""Everything readable in a file, its metadata included. Run as a program of its own.

    python -m intranet.records.access_requests.deep_text MEDIA_TYPE < FILE > TEXT

The text of a document for the search (`extraction.py`) is its body. What leaves the agency is
looked through whole: properties, comments, headers, annotations, names of parts. A kind that hides
words in a way that is not known here is not read at all. It runs apart with limits, because a
document may be made to use up all time and memory.
"""

import io
import re
import sys
import zipfile
from collections.abc import Iterator

from intranet.delivery.files.extraction import PDF
from intranet.delivery.files.media_types import HTML, SVG, TEXT, XML
from intranet.platform.core.subprocesses import EXIT_DAMAGED, EXIT_TOO_MUCH, limit_process
from intranet.records.access_requests.deep_markup import (
    PICTURES,
    NotReadableError,
    decoded,
    marked,
    strings,
)
from intranet.records.access_requests.deep_packed import deep_packed
from intranet.records.access_requests.deep_pdf import deep_pdf

CPU_SECONDS = 30
MEMORY_BYTES = 1 << 30
WRITTEN_BYTES = 512 << 20
SEEN = ("image/", "audio/", "video/")
# Encodings of mails within a text: their words are there, but not as letters.
_CODED = re.compile(
    rb"content-transfer-encoding:\s*(base64|quoted-printable)|^begin \d{3} ",
    re.IGNORECASE | re.MULTILINE,
)


def deep_text(content: bytes, media_type: str) -> Iterator[str]:
    """Yield every string that can be read in a file, and `PICTURES` where there is more to see.

    Raises:
        Exception: of any kind, where it is damaged, locked, or holds what cannot be read.
    """
    if media_type == PDF:
        yield from deep_pdf(content)
    elif media_type in {HTML, XML, SVG}:
        yield from strings(content)
        yield from marked(decoded(content))
    elif media_type.startswith(SEEN):
        yield PICTURES
        yield from strings(content)
    elif zipfile.is_zipfile(io.BytesIO(content)):
        yield from deep_packed(content)
    elif media_type == TEXT and not _CODED.search(content):
        yield from strings(content)
    else:
        raise NotReadableError


def main() -> int:
    """Write everything readable in standard input to standard output, within limits.

    The last line says whether there are pictures, so that an answer that was cut is noticed.

    Returns:
        0; `EXIT_DAMAGED` or `EXIT_TOO_MUCH` where it cannot be read.
    """
    limit_process(
        memory_bytes=MEMORY_BYTES, processor_seconds=CPU_SECONDS, written_bytes=WRITTEN_BYTES
    )
    has_pictures = False
    try:
        for part in deep_text(sys.stdin.buffer.read(), sys.argv[1]):
            has_pictures = has_pictures or part == PICTURES
            sys.stdout.buffer.write(part.encode(errors="replace") + b"\n")
        sys.stdout.buffer.write(b"1" if has_pictures else b"0")
        sys.stdout.buffer.flush()
    except MemoryError:
        return EXIT_TOO_MUCH
    except Exception:  # noqa: BLE001 - a reader that is fed hostile bytes fails in any way it likes
        return EXIT_DAMAGED
    return 0


if __name__ == "__main__":
    sys.exit(main())
