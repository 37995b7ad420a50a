"""Everything readable in a file, its metadata included. Run as a program of its own.

    python -m intranet.records.access_requests.deep_text MEDIA_TYPE < FILE > TEXT

The text of a document for the search (`extraction.py`) is its body. What leaves the agency is
looked through whole: properties, comments, headers, annotations, names of parts, and strings in
pictures. It runs apart with limits, because a document may be made to use up all time and memory.
"""

import io
import re
import sys
import zipfile
from collections.abc import Iterator, Sequence

from intranet.delivery.files.extraction import PDF
from intranet.platform.core.subprocesses import EXIT_DAMAGED, EXIT_TOO_MUCH, limit_process

CPU_SECONDS = 30
MEMORY_BYTES = 1 << 30
UNPACKED_BYTES = 128 << 20
_TAG = re.compile(r"<[^>]*>")
_VALUE = re.compile(r'="([^"]*)"')
_PRINTABLE = re.compile(rb"[\x20-\x7e\xa0-\xff]{4,}")


class NotReadableError(Exception):
    """Not all of the file can be read."""


def deep_text(content: bytes, media_type: str) -> Iterator[str]:
    """Yield every string that can be read in a file.

    Raises:
        Exception: of any kind, where it is damaged, locked, or holds files that cannot be read.
    """
    if media_type == PDF:
        yield from _pdf(content)
    elif zipfile.is_zipfile(io.BytesIO(content)):
        yield from _zip(content)
    else:
        yield from _strings(content)


def _pdf(content: bytes) -> Iterator[str]:
    from pypdf import PdfReader  # noqa: PLC0415 - only where it is needed

    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted or reader.attachments:
        raise NotReadableError
    for page in reader.pages:
        yield page.extract_text()
        for reference in page.get("/Annots") or ():
            yield from map(str, reference.get_object().values())
    yield from map(str, (reader.metadata or {}).values())
    yield from (each["/Title"] for each in _flat(reader.outline))
    yield from map(str, (reader.get_fields() or {}).values())
    if reader.xmp_metadata is not None:
        yield from _marked(reader.xmp_metadata.stream.get_data().decode(errors="replace"))


def _flat(outline: Sequence[object]) -> Iterator[dict[str, str]]:
    for each in outline:
        if isinstance(each, list):
            yield from _flat(each)
        elif isinstance(each, dict):
            yield each


def _zip(content: bytes) -> Iterator[str]:
    unpacked = 0
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        yield packed.comment.decode(errors="replace")
        for entry in packed.infolist():
            unpacked += entry.file_size
            if unpacked > UNPACKED_BYTES:
                raise NotReadableError
            yield entry.filename
            yield entry.comment.decode(errors="replace")
            inner = packed.read(entry)
            if zipfile.is_zipfile(io.BytesIO(inner)):
                raise NotReadableError
            if entry.filename.endswith((".xml", ".rels", ".html", ".svg", ".vml")):
                yield from _marked(inner.decode(errors="replace"))
            else:
                yield from _strings(inner)


def _marked(text: str) -> Iterator[str]:
    """Yield the words of XML, joined across its marks and apart, and the values in them."""
    from html import unescape  # noqa: PLC0415 - only where it is needed

    yield unescape(_TAG.sub("", text))
    yield unescape(_TAG.sub(" ", text))
    yield unescape(" ".join(_VALUE.findall(text)))


def _strings(content: bytes) -> Iterator[str]:
    yield content.decode(errors="replace")
    yield content.decode("utf-16-le", errors="replace")
    yield content.decode("utf-16-be", errors="replace")
    yield " ".join(part.decode("latin-1") for part in _PRINTABLE.findall(content))


def main() -> int:
    """Write everything readable in standard input to standard output, within limits.

    Returns:
        0; `EXIT_DAMAGED` or `EXIT_TOO_MUCH` where it cannot be read.
    """
    limit_process(
        memory_bytes=MEMORY_BYTES, processor_seconds=CPU_SECONDS, written_bytes=4 * UNPACKED_BYTES
    )
    try:
        for part in deep_text(sys.stdin.buffer.read(), sys.argv[1]):
            sys.stdout.buffer.write(part.encode(errors="replace") + b"\n")
        sys.stdout.buffer.flush()
    except MemoryError:
        return EXIT_TOO_MUCH
    except Exception:  # noqa: BLE001 - a reader that is fed hostile bytes fails in any way it likes
        return EXIT_DAMAGED
    return 0


if __name__ == "__main__":
    sys.exit(main())
