"""A small picture, and small videos made by hand: what these hold is known to the byte."""

import io
import struct

from PIL import Image

PLACE = b"+42.8805-008.5457/"
CAMERA = b"Telephone of Ana"


def box(kind, *parts):
    """A box of an MP4."""
    content = b"".join(parts)
    return struct.pack(">I4s", len(content) + 8, kind) + content


def numbers(*values):
    return struct.pack(f">{len(values)}I", *values)


def mp4(
    *,
    codec=b"avc1",
    brand=b"isom",
    turned=False,
    tell=True,
    telemetry=False,
    fragments=False,
    chunks=1,
):
    """A film of 12.5 seconds, 640 × 360, with the place where it was taken and the camera.

    The `chunks` of a track lie all in one place.
    """
    told = box(b"udta", box(b"\xa9xyz", b"\0\x12\x15\xc7" + PLACE)) if tell else b""
    ftyp = box(b"ftyp", brand, numbers(512), brand)
    matrix = (0, 65536, 0, 0xFFFF0000, 0, 0, 0, 0, 1 << 30)
    if not turned:
        matrix = (65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30)
    tkhd = box(
        b"tkhd",
        numbers(3, 3_700_000_000, 3_700_000_000, 1, 0, 12500),
        *(bytes(16), numbers(*matrix), numbers(640 << 16, 360 << 16)),
    )
    data = b"the pictures"

    def trak(handler, sample, size, offset):
        stbl = box(
            b"stbl",
            box(b"stsd", numbers(0, 1), box(sample, bytes(78))),
            box(b"stsc", numbers(0, 1, 1, 1, 1)),
            box(b"stsz", numbers(0, 0 if chunks == 1 else size, chunks, size)),
            box(b"stco", numbers(0, chunks, *[offset] * chunks)),
        )
        hdlr = box(b"hdlr", numbers(0, 0), handler, bytes(13))
        mdhd = box(b"mdhd", numbers(0, 3_700_000_000, 3_700_000_000, 1000, 12500, 0))
        return box(b"trak", tkhd, box(b"mdia", mdhd, hdlr, box(b"minf", stbl)), told)

    def moov(at):
        tracks = [trak(b"vide", codec, len(data), at)]
        if telemetry:
            tracks.append(trak(b"meta", b"gpmd", len(PLACE), at + len(data)))
        mvhd = box(b"mvhd", numbers(0, 3_700_000_000, 3_700_000_000, 1000, 12500), bytes(80))
        return box(b"moov", mvhd, *tracks, told)

    held = data + (PLACE if telemetry else b"")
    start = len(ftyp) + len(moov(0)) + 8
    tail = box(b"uuid", bytes(16), CAMERA) if tell else b""
    if fragments:
        tail += box(b"moof", box(b"mfhd", numbers(0, 1)))
    return ftyp + moov(start) + box(b"mdat", held) + tail


def element(kind, *parts, size=None):
    """An element of a WebM; a size of None is its own."""
    content = b"".join(parts)
    length = struct.pack(">Q", len(content) | 1 << 56) if size is None else size
    return bytes.fromhex(kind) + length + content


UNKNOWN = b"\x01" + b"\xff" * 7


def webm(*, doc_type=b"webm", codec=b"V_VP9", live=False, tell=True):
    """A film of 2 seconds, 320 × 180. A `live` one knows neither its length nor its end."""
    info = [element("2ad7b1", (1_000_000).to_bytes(3, "big"))]
    if not live:
        info.append(element("4489", struct.pack(">d", 2000.0)))
    if tell:
        info += [element("7ba9", CAMERA), element("4461", bytes(8))]
    picture = element("e0", element("b0", b"\x01\x40"), element("ba", b"\xb4"))
    entry = element("ae", element("d7", b"\1"), element("83", b"\1"), element("86", codec), picture)
    blocks = [element("a3", b"\x81" + struct.pack(">h", at) + b"\x80picture") for at in (0, 1960)]
    size = UNKNOWN if live else None
    cluster = element("1f43b675", element("e7", b"\0"), *blocks, size=size)
    tags = element("1254c367", PLACE) if tell else b""
    parts = (element("1549a966", *info), element("1654ae6b", entry), cluster, tags)
    head = element("1a45dfa3", element("4282", doc_type))
    return head + element("18538067", *parts, size=size)


def picture() -> io.BytesIO:
    """A small picture, to be sent."""
    out = io.BytesIO()
    Image.new("RGB", (20, 20), (11, 93, 102)).save(out, "PNG")
    out.seek(0)
    return out
