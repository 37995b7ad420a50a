"""MP4: measure a video, and remove its metadata.

Only the heads of boxes are read, so a film of hours takes no more memory than one of a second.
Source: ISO/IEC 14496-12, ISO base media file format.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, repeat
from typing import BinaryIO

from intranet.delivery.files.video_faults import broken, extra_track, not_played, not_video

BRANDS = {
    *(b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"iso8", b"iso9"),
    *(b"mp41", b"mp42", b"avc1", b"M4V ", b"dash", b"MSNV"),
}
MAX_STEPS = 2_000_000
CODECS = {b"vide": {b"avc1", b"avc3", b"vp09", b"av01"}, b"soun": {b"mp4a", b"Opus", b"fLaC"}}
NAMES = {b"hvc1": "HEVC (H.265)", b"hev1": "HEVC (H.265)", b"ac-3": "AC-3", b"ec-3": "E-AC-3"}

# Boxes needed for playing. Every other box stays in place, blanked and named `free`, such as
# `udta` with the place (©xyz) and the camera, `meta`, `uuid` with XMP, and makers' own boxes.
_KEPT: dict[bytes, set[bytes]] = {
    b"": {b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"sidx", b"ssix", b"mfra", b"pdin"},
    b"moov": {b"mvhd", b"trak", b"mvex"},
    b"mvex": {b"mehd", b"trex", b"leva", b"trep"},
    b"trak": {b"tkhd", b"edts", b"mdia"},
    b"mdia": {b"mdhd", b"hdlr", b"minf", b"elng"},
    b"minf": {b"vmhd", b"smhd", b"nmhd", b"dinf", b"stbl"},
    b"stbl": {
        *(b"stsd", b"stts", b"ctts", b"cslg", b"stsc", b"stsz", b"stz2", b"stco", b"co64"),
        *(b"stss", b"stsh", b"sdtp", b"sbgp", b"sgpd", b"subs", b"saiz", b"saio", b"padb", b"stdp"),
    },
    b"moof": {b"mfhd", b"traf"},
    b"traf": {
        *(b"tfhd", b"tfdt", b"turn", b"sdtp", b"sbgp", b"sgpd", b"subs", b"saiz", b"saio"),
    },
}
_TIMED = {b"mvhd", b"tkhd", b"mdhd"}
# Bytes needed of a box in version 0, and in version 1, which has longer numbers.
_LEAST = {
    b"mvhd": (20, 32),
    b"tkhd": (84, 96),
    b"mehd": (8, 12),
    b"hdlr": (12, 12),
    b"stsd": (16, 16),
    b"stsz": (12, 12),
}


@dataclass(frozen=True)
class Mp4Box:
    """A box: the offsets of its start, its content and its end."""

    kind: bytes
    start: int
    body: int
    end: int


@dataclass
class Mp4Track:
    """A track of the file; `held` are its boxes by kind."""

    box: Mp4Box
    handler: bytes = b""
    codec: bytes = b""
    held: dict[bytes, Mp4Box] = field(default_factory=dict)


class Movie:
    """A file that may be an MP4, parsed once."""

    def __init__(self, stream: BinaryIO, size_bytes: int) -> None:
        """Parse the file.

        Raises:
            Invalid: it is no MP4, it is damaged, or not every browser plays what is in it.
        """
        self._stream, self._size_bytes = stream, size_bytes
        self._budget = MAX_STEPS
        self._idle: list[Mp4Box] = []
        self._timed: list[Mp4Box] = []
        self._tracks: list[Mp4Track] = []
        self._found: dict[bytes, Mp4Box] = {}
        self._require_brand(size_bytes)
        self._walk(b"", 0, size_bytes, None)
        if not {b"moov", b"mvhd", b"mdat"} <= set(self._found):
            raise broken()
        self._require_codecs()

    def size(self) -> tuple[int, int]:
        """Return width and height as displayed: an upright film is higher than wide."""
        track = next(track for track in self._tracks if track.handler == b"vide")
        head = self._content(track.held[b"tkhd"])
        matrix = 52 if head[0] else 40
        width, height = (_uint(head, matrix + at, 4) >> 16 for at in (36, 40))
        is_turned = _uint(head, matrix, 4) == 0 and _uint(head, matrix + 16, 4) == 0
        return (height, width) if is_turned else (width, height)

    def duration_ms(self) -> int | None:
        """Return the duration in milliseconds; None if the file does not say."""
        head = self._content(self._found[b"mvhd"])
        timescale, duration = _uint(head, 20, 4), _uint(head, 24, 8)
        if head[0] == 0:
            timescale, duration = _uint(head, 12, 4), _uint(head, 16, 4)
        if not duration and b"mehd" in self._found:
            extended = self._content(self._found[b"mehd"])
            duration = _uint(extended, 4, 8 if extended[0] else 4)
        return duration * 1000 // timescale if duration and timescale else None

    def clean(self) -> None:
        """Overwrite all but picture and sound, such as place, camera, times and other tracks."""
        others = self._others()
        spans = [span for track in others for span in self._samples(track)]
        if sum(end - start for start, end in spans) > self._size_bytes:
            raise broken()  # they overlap, and would be blanked again and again
        self._idle += [track.box for track in others]
        for start, end in spans:
            self._blank(start, end)
        for box in self._timed:
            self._stream.seek(box.body)
            self._blank(box.body + 4, box.body + (20 if self._stream.read(1) == b"\x01" else 12))
        for box in self._idle:
            self._stream.seek(box.start + 4)
            self._stream.write(b"free")
            self._blank(box.body, box.end)

    def _require_brand(self, size_bytes: int) -> None:
        self._stream.seek(0)
        head = self._stream.read(512)
        size = _uint(head, 0, 4) if len(head) >= 16 else 0  # noqa: PLR2004 - size, kind, a brand
        if head[4:8] != b"ftyp" or not 16 <= size <= min(size_bytes, 512):  # noqa: PLR2004
            raise not_video()
        brands = {head[place : place + 4] for place in (8, *range(16, size - 3, 4))}
        if not brands & BRANDS:
            raise not_video()

    def _walk(self, within: bytes, start: int, end: int, track: Mp4Track | None) -> None:
        for box in self._boxes(start, end):
            if box.kind not in _KEPT[within]:
                self._idle.append(box)
                continue
            if box.kind == b"trak":
                track = Mp4Track(box)
                self._tracks.append(track)
            self._take(box, track)
            if box.kind in _KEPT:
                self._walk(box.kind, box.body, box.end, track)

    def _take(self, box: Mp4Box, track: Mp4Track | None) -> None:
        self._found[box.kind] = box
        if box.kind in _TIMED:
            self._timed.append(box)
        if track is None:
            return
        track.held[box.kind] = box
        if box.kind == b"hdlr":
            track.handler = self._content(box)[8:]
        if box.kind == b"stsd":
            track.codec = self._content(box)[12:]

    def _require_codecs(self) -> None:
        for track in self._tracks:
            fitting = CODECS.get(track.handler)
            if fitting and track.codec not in fitting:
                raise not_played(NAMES.get(track.codec, track.codec.decode("ascii", "replace")))
        pictures = [track for track in self._tracks if track.handler == b"vide"]
        if not pictures or not all(b"tkhd" in track.held for track in pictures):
            raise not_video()
        # In a fragmented film each fragment has its own sample table, which is not parsed here.
        if self._others() and b"moof" in self._found:
            raise extra_track()

    def _others(self) -> list[Mp4Track]:
        """Return the tracks that are neither picture nor sound, such as place and orientation."""
        return [track for track in self._tracks if track.handler not in CODECS]

    def _samples(self, track: Mp4Track) -> Iterator[tuple[int, int]]:
        """Yield where the bytes of a track are, chunk by chunk."""
        held = track.held
        offsets = held.get(b"co64") or held.get(b"stco")
        if offsets is None or b"stsz" not in held or b"stsc" not in held:
            return
        sizes, runs = self._sizes(held[b"stsz"]), self._runs(held[b"stsc"])
        _first, count = next(runs, (1, 1))
        following = next(runs, None)
        for number, start in enumerate(self._table(offsets, 8 if b"co64" in held else 4, 8), 1):
            if following and number >= following[0]:
                count = following[1]
                following = next(runs, None)
            self._spend(count)
            yield start, start + sum(islice(sizes, count))

    def _sizes(self, box: Mp4Box) -> Iterator[int]:
        head = self._content(box)
        same, count = _uint(head, 4, 4), _uint(head, 8, 4)
        if same:
            return repeat(same, count)
        return self._table(box, 4, 12)

    def _runs(self, box: Mp4Box) -> Iterator[tuple[int, int]]:
        for value in self._table(box, 12, 8):
            yield value >> 64, (value >> 32) & 0xFFFFFFFF

    def _table(self, box: Mp4Box, width: int, head: int) -> Iterator[int]:
        """Yield the numbers of a table one at a time, since other data is read in between."""
        for place in range(box.body + head, box.end - width + 1, width):
            self._spend(1)
            self._stream.seek(place)
            yield int.from_bytes(self._stream.read(width), "big")

    def _boxes(self, start: int, end: int) -> Iterator[Mp4Box]:
        place = start
        while place < end:
            self._spend(1)
            self._stream.seek(place)
            head = self._stream.read(16)
            size, kind, length = _uint(head, 0, 4), head[4:8], 8
            if size == 1:
                size, length = _uint(head, 8, 8), 16
            elif size == 0:
                size = end - place
            if len(head) < length or size < length or place + size > end:
                raise broken()
            yield Mp4Box(kind, place, place + length, place + size)
            place += size

    def _content(self, box: Mp4Box) -> bytes:
        """Return the first bytes of a box, as many as its kind needs."""
        least, longer = _LEAST[box.kind]
        self._stream.seek(box.body)
        content = self._stream.read(min(longer, box.end - box.body))
        if len(content) < (longer if content[:1] == b"\x01" else least):
            raise broken()
        return content

    def _spend(self, steps: int) -> None:
        """Count steps of work, and refuse a file that was made to keep the server busy."""
        self._budget -= steps
        if self._budget < 0:
            raise broken()

    def _blank(self, start: int, end: int) -> None:
        self._stream.seek(0, 2)
        end = min(end, self._stream.tell())
        self._stream.seek(start)
        while start < end:
            start += self._stream.write(bytes(min(1 << 16, end - start)))


def _uint(data: bytes, place: int, size: int) -> int:
    return int.from_bytes(data[place : place + size], "big")
