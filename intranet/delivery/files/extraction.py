"""The text in a document: PDF, ODT, DOCX, plain text. Run as a program of its own.

    python -m intranet.delivery.files.extraction MEDIA_TYPE < FILE > TEXT

A document may come from anywhere and be made to use up all time and memory. So this runs in a
process with limits, apart from the site (`text.py` starts it), and imports little of it. It ends
with 0 and the text, or with another code if there is none. Its error output is discarded, since it
may quote the document.
"""

import codecs
import io
import sys
import zipfile
from collections.abc import Iterator
from typing import IO, BinaryIO

from intranet.platform.core.subprocesses import EXIT_DAMAGED, EXIT_TOO_MUCH, limit_process

CPU_SECONDS = 10
MEMORY_BYTES = 1 << 29
MAX_PAGES = 500
UNPACKED_BYTES = 64 << 20
MAX_CHARACTERS = 200_000

PDF = "application/pdf"
TEXT = "text/plain"
ZIP = "application/zip"
ODT = "application/vnd.oasis.opendocument.text"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OPEN = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_BODY = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}body"
_BREAKS = {f"{_WORD}p", f"{_WORD}tab", f"{_WORD}br", f"{_OPEN}p", f"{_OPEN}h"}
_BREAKS |= {f"{_OPEN}s", f"{_OPEN}tab", f"{_OPEN}line-break"}
_HELD_BY = {"word/document.xml": f"{_WORD}t", "content.xml": _BODY}
"""The member of the package that has the text, and the element in it."""


class NoTextError(Exception):
    """The document has no readable text."""


def text_of(source: BinaryIO, media_type: str) -> str:
    """Return the text of a document, on one line and cut at 200,000 characters.

    Raises:
        Exception: of any kind, where the document is damaged, locked, too large or of another kind.
    """
    if media_type == PDF:
        parts = _pdf(source)
    elif media_type == TEXT:
        parts = iter([_plain(source.read(UNPACKED_BYTES))])
    elif media_type in {ODT, DOCX, ZIP}:
        parts = _packed(source)
    else:
        raise NoTextError
    return _joined(parts)


def _pdf(source: BinaryIO) -> Iterator[str]:
    from pypdf import PdfReader  # noqa: PLC0415 - only where it is needed

    reader = PdfReader(source)
    if reader.is_encrypted:
        raise NoTextError
    for number, page in enumerate(reader.pages):
        if number >= MAX_PAGES:
            return
        yield page.extract_text()


def _packed(source: BinaryIO) -> Iterator[str]:
    with zipfile.ZipFile(source) as packed:
        body = next((name for name in _HELD_BY if name in packed.namelist()), None)
        if body is None:
            raise NoTextError
        with packed.open(body) as member:
            yield from _xml(member, _HELD_BY[body])


def _xml(member: IO[bytes], held_by: str) -> Iterator[str]:
    """Yield the text within `held_by` elements; refuse entities and external documents."""
    from defusedxml.ElementTree import DefusedXMLParser  # noqa: PLC0415 - only where it is needed

    said = _Said(held_by)
    parser = DefusedXMLParser(target=said)
    unpacked = 0
    while part := member.read(1 << 20):
        unpacked += len(part)
        if unpacked > UNPACKED_BYTES:
            raise NoTextError
        parser.feed(part)
        yield said.take()
    parser.close()
    yield said.take()


class _Said:
    """A parser target that collects text within some elements, with breaks."""

    def __init__(self, held_by: str) -> None:
        self._held_by = held_by
        self._depth = 0
        self._parts: list[str] = []

    def start(self, tag: str, _attributes: object) -> None:
        self._depth += tag == self._held_by
        self._break(tag)

    def end(self, tag: str) -> None:
        self._depth -= tag == self._held_by
        self._break(tag)

    def data(self, text: str) -> None:
        if self._depth:
            self._parts.append(text)

    def close(self) -> None:
        """Do nothing: a parser target needs this method, and there is nothing to finish."""

    def take(self) -> str:
        """Return the text collected since the last call."""
        said, self._parts = "".join(self._parts), []
        return said

    def _break(self, tag: str) -> None:
        if tag in _BREAKS:
            self._parts.append(" ")


def _plain(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _joined(parts: Iterator[str]) -> str:
    """Join the parts into one text with single spaces, cut at the limit."""
    kept: list[str] = []
    size = 0
    for part in parts:
        kept.append(part)
        size += len(part)
        if size > 2 * MAX_CHARACTERS:
            break
    text = "".join(char if char.isprintable() else " " for char in "".join(kept))
    sound = text.encode(errors="replace").decode()
    return " ".join(sound.split())[:MAX_CHARACTERS]


def main() -> int:
    """Write the text of the document on standard input to standard output, within limits.

    Returns:
        0; `EXIT_DAMAGED` or `EXIT_TOO_MUCH` where it cannot be read.
    """
    limit_process(
        memory_bytes=MEMORY_BYTES, processor_seconds=CPU_SECONDS, written_bytes=UNPACKED_BYTES
    )
    try:
        text = text_of(io.BytesIO(sys.stdin.buffer.read()), sys.argv[1])
    except MemoryError:
        return EXIT_TOO_MUCH
    except Exception:  # noqa: BLE001 - a reader that is fed hostile bytes fails in any way it likes
        return EXIT_DAMAGED
    sys.stdout.buffer.write(text.encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
