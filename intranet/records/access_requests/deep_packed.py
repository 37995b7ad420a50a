"""Words in a ZIP, such as a document of an office, for `deep_text`: each of its parts is known."""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence

from intranet.records.access_requests.deep_markup import (
    PICTURES,
    NotReadableError,
    decoded,
    marked,
    strings,
)

UNPACKED_BYTES = 128 << 20
_MARKUP = (".xml", ".rels", ".html", ".htm", ".xhtml", ".svg", ".vml", ".rdf", ".opf", ".ncx")
_PLAIN = re.compile(
    r"\.(?:txt|csv|md|css|odttf|ttf|otf|fntdata)$|(?:^|/)mimetype$|(?:^|/)layout-cache$"
    r"|(?:^|/)printerSettings\d*\.bin$",
    re.IGNORECASE,
)
_SEEN = re.compile(
    r"\.(?:png|jpe?g|gif|bmp|tiff?|webp|emf|wmf|wdp|ico|mp3|mp4|m4a|wav|mov)$", re.IGNORECASE
)
_CHANGES = re.compile(r"(?:^|/)(?:revisions|_xmlsignatures)/", re.IGNORECASE)
_LOCKED, _HEADER_BYTES, _DESCRIPTOR_BYTES = 0x1, 30, 24


def deep_packed(content: bytes) -> Iterator[str]:
    """Yield the words of every part, and `PICTURES` if some are pictures.

    Raises:
        NotReadableError: a part is locked, or a file of its own, or of no known kind.
    """
    unpacked = 0
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        entries = packed.infolist()
        _require_nothing_between(content, entries, packed.start_dir)
        yield packed.comment.decode(errors="replace")
        for entry in entries:
            unpacked += entry.file_size
            if unpacked > UNPACKED_BYTES or entry.flag_bits & _LOCKED:
                raise NotReadableError
            yield entry.filename
            yield from strings(entry.comment + entry.extra + _beside(content, entry))
            if not entry.is_dir():
                yield from _part(entry.filename, packed.read(entry))


def _beside(content: bytes, entry: zipfile.ZipInfo) -> bytes:
    """Return the name and the extra fields before a part, which may differ from the directory's."""
    start = entry.header_offset + _HEADER_BYTES
    return content[start : start + _named(content, entry)]


def _named(content: bytes, entry: zipfile.ZipInfo) -> int:
    """Return how many bytes the name and the extra fields before a part have."""
    header = content[entry.header_offset : entry.header_offset + _HEADER_BYTES]
    return int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")


def _part(name: str, inner: bytes) -> Iterator[str]:
    if _CHANGES.search(name) or zipfile.is_zipfile(io.BytesIO(inner)):
        raise NotReadableError
    if name.lower().endswith(_MARKUP):
        yield from marked(decoded(inner))
    elif _PLAIN.search(name):
        yield from strings(inner)
    elif _SEEN.search(name):
        yield PICTURES
        yield from strings(inner)
    else:
        raise NotReadableError


def _require_nothing_between(content: bytes, entries: Sequence[zipfile.ZipInfo], end: int) -> None:
    """Refuse bytes that belong to no part: an earlier state of a part may be left there."""
    at = 0
    for entry in sorted(entries, key=lambda each: each.header_offset):
        if entry.header_offset - at > _DESCRIPTOR_BYTES:
            raise NotReadableError
        at = entry.header_offset + _HEADER_BYTES + _named(content, entry) + entry.compress_size
    if end - at > _DESCRIPTOR_BYTES:
        raise NotReadableError
