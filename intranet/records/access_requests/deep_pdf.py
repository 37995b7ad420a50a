"""Words in a PDF document, for `deep_text`: its pages, all else in it, and its earlier states."""

import io
import re
from collections.abc import Iterator
from typing import Any

from intranet.records.access_requests.deep_markup import (
    PICTURES,
    NotReadableError,
    decoded,
    marked,
    strings,
)

MAX_STATES = 10
_END = re.compile(rb"%%EOF")
_LINEAR_BYTES = 1024
_INLINE_PICTURE = re.compile(rb"\bBI\s.{1,400}?\sID\s", re.DOTALL)
_HOLDS_FILES = {"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"}
_FONT_FILES = {"/Type1C", "/CIDFontType0C", "/OpenType"}
_BUILT = {"/ObjStm", "/XRef"}


def deep_pdf(content: bytes) -> Iterator[str]:
    """Yield the words of a document, as it is and as it was before each change at its end.

    Raises:
        Exception: it is locked, damaged, or has files in it.
    """
    ends = [found.end() for found in _END.finditer(content)]
    if len(ends) > MAX_STATES:
        raise NotReadableError
    # A document that can be read while it loads has a first end that is none.
    first = 1 if b"/Linearized" in content[:_LINEAR_BYTES] else 0
    for end in ends[first:-1]:
        yield from _state(content[:end])
    yield from strings(content[ends[-1] :] if ends else b"")
    yield from _state(content)


def _state(content: bytes) -> Iterator[str]:
    from pypdf import PdfReader  # noqa: PLC0415 - only where it is needed

    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted or reader.attachments:
        raise NotReadableError
    for page in reader.pages:
        said = page.extract_text()
        yield said
        drawn = page.get_contents()
        data = drawn.get_data() if drawn is not None else b""
        if _INLINE_PICTURE.search(data) or (data.strip() and not said.strip()):
            yield PICTURES
    yield from _objects(reader)


def _objects(reader: Any) -> Iterator[str]:
    """Yield the strings of all objects: properties, notes, descriptions, bookmarks, scripts."""
    from pypdf.generic import IndirectObject  # noqa: PLC0415 - only where it is needed

    free = 65535
    numbers = {
        (number, generation)
        for generation, rows in reader.xref.items()
        if generation != free
        for number in rows
    }
    numbers |= {(number, 0) for number in reader.xref_objStm}
    for number, generation in sorted(numbers):
        yield from _said(IndirectObject(number, generation, reader).get_object())
    yield from _said(reader.trailer)


def _said(thing: Any) -> Iterator[str]:
    from pypdf.generic import (  # noqa: PLC0415 - only where it is needed
        ArrayObject,
        ByteStringObject,
        DictionaryObject,
        IndirectObject,
        StreamObject,
    )

    if isinstance(thing, IndirectObject):
        return
    if isinstance(thing, ByteStringObject):
        yield from strings(bytes(thing))
    elif isinstance(thing, str):  # names as well
        yield str(thing)
    elif isinstance(thing, ArrayObject):
        for each in thing:
            yield from _said(each)
    elif isinstance(thing, DictionaryObject):
        for each in dict.values(thing):
            yield from _said(each)
        yield from _kind(thing)
        if isinstance(thing, StreamObject):
            yield from _stream(thing)


def _kind(thing: Any) -> Iterator[str]:
    kinds = {thing.get("/Type"), thing.get("/Subtype")}
    if "/EmbeddedFile" in kinds or kinds & _HOLDS_FILES:
        raise NotReadableError
    has_no_letters = "/ToUnicode" not in thing and kinds & {"/Type0", "/Type3"}
    if "/Image" in kinds or ("/Font" in kinds and has_no_letters):
        yield PICTURES


def _stream(thing: Any) -> Iterator[str]:
    kinds = {thing.get("/Type"), thing.get("/Subtype")}
    is_font = "/Length1" in thing or kinds & _FONT_FILES
    if "/Image" in kinds or is_font or kinds & _BUILT:
        return
    data = thing.get_data()
    yield from strings(data)
    if "/Metadata" in kinds:
        yield from marked(decoded(data))
