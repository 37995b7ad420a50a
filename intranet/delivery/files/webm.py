"""WebM: measure a video, and remove its metadata.

Source: RFC 8794 (EBML), RFC 9559 (Matroska), and the WebM container guidelines.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from intranet.delivery.files.video_faults import broken, not_played, not_video

EBML, DOC_TYPE = 0x1A45DFA3, 0x4282
SEGMENT, CLUSTER, INFO, TRACKS = 0x18538067, 0x1F43B675, 0x1549A966, 0x1654AE6B
SCALE, DURATION, MUXED_BY, WRITTEN_BY = 0x2AD7B1, 0x4489, 0x4D80, 0x5741
ENTRY, KIND, CODEC, PICTURE, ENTRY_NAME = 0xAE, 0x83, 0x86, 0xE0, 0x536E
WIDTH, HEIGHT, SHOWN_WIDTH, SHOWN_HEIGHT, SHOWN_UNIT = 0xB0, 0xBA, 0x54B0, 0x54BA, 0x54B2
TIME, BLOCK = 0xE7, 0xA3
VOID = 0xEC

MAX_ELEMENTS = 2_000_000
VIDEO, SOUND = 1, 2
CODECS = {VIDEO: {"V_VP8", "V_VP9", "V_AV1"}, SOUND: {"A_VORBIS", "A_OPUS"}}
NANOSECONDS = 1_000_000

# Elements needed for playing. Others become void: tags, attachments, chapters, titles, dates.
_OF_SEGMENT = {0x114D9B74, INFO, TRACKS, CLUSTER, 0x1C53BB6B}
_OF_INFO = {SCALE, DURATION, MUXED_BY, WRITTEN_BY}
_OF_CLUSTER = {TIME, BLOCK, 0xA0, 0xA7, 0xAB}


@dataclass(frozen=True)
class Element:
    """An element: the offsets of its start, its content and its end; None if unknown."""

    kind: int
    start: int
    body: int
    end: int | None


class Webm:
    """A file that may be a WebM, parsed once."""

    def __init__(self, stream: BinaryIO, size_bytes: int) -> None:
        """Parse the file.

        Raises:
            Invalid: it is no WebM, it is damaged, or not every browser plays what is in it.
        """
        self._stream = stream
        self._size_bytes = size_bytes
        self._budget = MAX_ELEMENTS
        self._idle: list[Element] = []
        self._scale = NANOSECONDS
        self._duration: float | None = None
        self._cluster_time = self._last = 0
        self._size: tuple[int, int] | None = None
        segment = self._segment()
        self._walk(segment.body)
        if self._size is None:
            raise not_video()

    def size(self) -> tuple[int, int]:
        """Return width and height as displayed."""
        return self._size or (0, 0)

    def duration_ms(self) -> int | None:
        """Return the duration in milliseconds; if the file does not say, up to its last frame."""
        length = self._duration or self._last
        return int(length * self._scale / NANOSECONDS) or None

    def clean(self) -> None:
        """Overwrite everything but picture and sound."""
        for element in self._idle:
            end = self._end(element)
            length = min(8, element.body - element.start - 1) or 1
            content = end - element.start - 1 - length
            head = bytes([VOID]) + (content | 1 << 7 * length).to_bytes(length, "big")
            self._stream.seek(element.start)
            self._stream.write(head)
            while content > 0:
                content -= self._stream.write(bytes(min(1 << 16, content)))

    def _segment(self) -> Element:
        head = next(self._elements(0, self._size_bytes), None)
        if head is None or head.kind != EBML or head.end is None or head.end > 1 << 12:
            raise not_video()
        kinds = [self._text(part) for part in self._elements(head.body, head.end, DOC_TYPE)]
        if kinds != ["webm"]:
            raise not_video()
        segment = next(self._elements(head.end, self._size_bytes), None)
        if segment is None or segment.kind != SEGMENT or self._end(segment) != self._size_bytes:
            raise broken()
        return segment

    def _walk(self, place: int) -> None:
        """Walk through the segment, and into clusters of unknown length."""
        is_inside = False
        while place < self._size_bytes:
            element = self._element(place, self._size_bytes)
            place = self._end(element)
            if is_inside and element.kind in _OF_CLUSTER:
                self._time(element)
                continue
            is_inside = element.kind == CLUSTER and element.end is None
            if is_inside:
                place = element.body
            elif element.end is None:
                raise broken()
            elif element.kind not in _OF_SEGMENT:
                self._idle.append(element)
            elif element.kind == INFO:
                self._info(element)
            elif element.kind == TRACKS:
                self._tracks(element)

    def _time(self, element: Element) -> None:
        if element.kind == TIME:
            self._cluster_time = self._uint(element)
        elif element.kind == BLOCK:
            self._stream.seek(element.body)
            head = self._stream.read(3)  # track number, then time after the cluster
            self._last = max(self._last, self._cluster_time + int.from_bytes(head[1:], "big"))

    def _info(self, info: Element) -> None:
        for part in self._elements(info.body, self._end(info)):
            if part.kind == SCALE:
                self._scale = self._uint(part) or NANOSECONDS
            elif part.kind == DURATION:
                self._duration = self._float(part)
            elif part.kind not in _OF_INFO:
                self._idle.append(part)

    def _tracks(self, tracks: Element) -> None:
        for entry in self._elements(tracks.body, self._end(tracks), ENTRY):
            held = {part.kind: part for part in self._elements(entry.body, self._end(entry))}
            if ENTRY_NAME in held:
                self._idle.append(held[ENTRY_NAME])
            kind = self._uint(held[KIND]) if KIND in held else 0
            codec = self._text(held[CODEC]) if CODEC in held else ""
            if kind not in CODECS:
                raise not_video()
            if codec not in CODECS[kind]:
                raise not_played(codec[:40])
            if kind == VIDEO and PICTURE in held and self._size is None:
                self._size = self._measured(held[PICTURE])

    def _measured(self, picture: Element) -> tuple[int, int]:
        parts = self._elements(picture.body, self._end(picture))
        held = {part.kind: self._uint(part) for part in parts if self._length(part) <= 8}  # noqa: PLR2004 - a number
        stored = held.get(WIDTH, 0), held.get(HEIGHT, 0)
        shown = held.get(SHOWN_WIDTH, 0), held.get(SHOWN_HEIGHT, 0)
        return shown if all(shown) and not held.get(SHOWN_UNIT) else stored

    def _elements(self, place: int, end: int, only: int | None = None) -> Iterator[Element]:
        while place < end:
            element = self._element(place, end)
            if element.end is None and element.kind != SEGMENT:
                raise broken()
            place = self._end(element)
            if only in {None, element.kind}:
                yield element

    def _element(self, place: int, end: int) -> Element:
        """Read the element at an offset; it must end within its parent."""
        self._budget -= 1
        self._stream.seek(place)
        head = self._stream.read(12)
        kind, kind_length = _number(head, 0, 4)
        size, size_length = _number(head, kind_length, 8)
        body = place + kind_length + size_length
        unmarked = size ^ 1 << 7 * size_length
        is_unknown = unmarked == (1 << 7 * size_length) - 1
        if self._budget < 0 or body > end or (not is_unknown and body + unmarked > end):
            raise broken()
        return Element(kind, place, body, None if is_unknown else body + unmarked)

    def _end(self, element: Element) -> int:
        return self._size_bytes if element.end is None else element.end

    def _length(self, element: Element) -> int:
        return self._end(element) - element.body

    def _content(self, element: Element, limit: int) -> bytes:
        if self._length(element) > limit:
            raise broken()
        self._stream.seek(element.body)
        return self._stream.read(self._length(element))

    def _uint(self, element: Element) -> int:
        return int.from_bytes(self._content(element, 8), "big")

    def _text(self, element: Element) -> str:
        return self._content(element, 100).rstrip(b"\0").decode("ascii", "replace")

    def _float(self, element: Element) -> float | None:
        content = self._content(element, 8)
        kind = {4: ">f", 8: ">d"}.get(len(content))
        value = struct.unpack(kind, content)[0] if kind else 0.0
        return value if 0 < value < 1e12 else None  # noqa: PLR2004 - some thirty years


def _number(head: bytes, place: int, longest: int) -> tuple[int, int]:
    """Parse a number of variable length with its marker; return it and its length in bytes."""
    first = head[place] if place < len(head) else 0
    length = 9 - first.bit_length()
    if length > longest or place + length > len(head):
        raise broken()
    return int.from_bytes(head[place : place + length], "big"), length
