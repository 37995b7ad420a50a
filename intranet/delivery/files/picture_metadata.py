"""Remove metadata about author, place and camera from PNG, WebP and GIF.

These formats are lists of chunks. The chunks of the image and its animation are copied byte for
byte; everything else is left out, and so is what follows the end of the image.
"""

from collections.abc import Iterator

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS"),
    *(b"acTL", b"fcTL", b"fdAT"),
    *(b"cHRM", b"gAMA", b"iCCP", b"sRGB", b"sBIT", b"cICP", b"bKGD", b"pHYs"),
}
WEBP_KEPT = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
WEBP_SAYS_EXIF, WEBP_SAYS_XMP = 0x08, 0x04
GIF_LOOPS = {b"NETSCAPE2.0", b"ANIMEXTS1.0"}
GIF_CONTROL, GIF_APPLICATION, GIF_EXTENSION, GIF_IMAGE, GIF_END = 0xF9, 0xFF, 0x21, 0x2C, 0x3B


class BrokenPictureError(Exception):
    """The chunks do not follow the format, or end too soon."""


def png_without_metadata(data: bytes) -> bytes:
    """Return a PNG, still or animated, with nothing but its image."""
    if not data.startswith(PNG_SIGNATURE):
        raise BrokenPictureError
    kept = [PNG_SIGNATURE]
    for start, kind, end in _png_chunks(data):
        if kind in PNG_KEPT:
            kept.append(data[start:end])
        if kind == b"IEND":
            return b"".join(kept)
    raise BrokenPictureError


def webp_without_metadata(data: bytes) -> bytes:
    """Return a WebP, still or animated, with nothing but its image."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise BrokenPictureError
    end = min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    kept = bytearray()
    place = 12
    while place + 8 <= end:
        size = int.from_bytes(data[place + 4 : place + 8], "little")
        after = place + 8 + size + size % 2
        if place + 8 + size > end:
            raise BrokenPictureError
        chunk = bytearray(data[place:after])
        if chunk[:4] == b"VP8X" and size:
            chunk[8] &= ~(WEBP_SAYS_EXIF | WEBP_SAYS_XMP) & 0xFF
        if bytes(chunk[:4]) in WEBP_KEPT:
            kept += chunk + b"\0" * (len(chunk) % 2)
        place = after
    return b"RIFF" + (len(kept) + 4).to_bytes(4, "little") + b"WEBP" + bytes(kept)


def gif_without_metadata(data: bytes) -> bytes:
    """Return a GIF with animation and loops, without comments, foreign data or trailing bytes."""
    place = _gif_header_end(data)
    kept = bytearray(data[:place])
    while (mark := _byte(data, place)) != GIF_END:
        end = _gif_block_end(data, place)
        if mark == GIF_IMAGE or _gif_extension_draws(data, place):
            kept += data[place:end]
        place = end
    return bytes(kept) + bytes([GIF_END])


def _png_chunks(data: bytes) -> Iterator[tuple[int, bytes, int]]:
    place = len(PNG_SIGNATURE)
    while place + 12 <= len(data):
        end = place + 12 + int.from_bytes(data[place : place + 4], "big")
        if end > len(data):
            raise BrokenPictureError
        yield place, data[place + 4 : place + 8], end
        place = end


def _gif_header_end(data: bytes) -> int:
    if data[:6] not in {b"GIF87a", b"GIF89a"}:
        raise BrokenPictureError
    return 13 + _gif_colours(_byte(data, 10))


def _gif_block_end(data: bytes, place: int) -> int:
    if data[place] == GIF_IMAGE:
        table = _gif_colours(_byte(data, place + 9))
        return _gif_parts_end(data, place + 11 + table)
    if data[place] == GIF_EXTENSION:
        return _gif_parts_end(data, place + 2)
    raise BrokenPictureError


def _gif_extension_draws(data: bytes, place: int) -> bool:
    label = data[place + 1]
    return label == GIF_CONTROL or (
        label == GIF_APPLICATION and data[place + 3 : place + 14] in GIF_LOOPS
    )


def _gif_colours(flags: int) -> int:
    """Return the size in bytes of the colour table that these flags announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _gif_parts_end(data: bytes, place: int) -> int:
    while size := _byte(data, place):
        place += size + 1
    return place + 1


def _byte(data: bytes, place: int) -> int:
    if place >= len(data):
        raise BrokenPictureError
    return data[place]
