"""Measure a picture, clean it of metadata and make it small, as a program of its own.

    python -m intranet.delivery.files.decoding PURPOSE FORMAT FOLDER

The only importer of Pillow; `pictures.py` starts it. It reads `sent` in the folder and writes its
results there. On standard output it prints in JSON the size of the picture in pixels, or that it is
too large to be decoded. The header decides that, before any pixel is decoded.
"""

import io
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from PIL import Image, ImageOps
from PIL.JpegImagePlugin import JpegImageFile, get_sampling

from intranet.delivery.files.limits import (
    MIB,
    PHOTO_PIXELS,
    PICTURE_MEMORY_BYTES,
    PICTURE_PIXELS,
    PICTURE_SIDE_PIXELS,
    POSTER_PIXELS,
    PROFILE_BYTES,
    SMALL_PHOTO_PIXELS,
    THUMBNAIL_PIXELS,
    WRITTEN_BYTES,
)
from intranet.delivery.files.picture_metadata import (
    gif_without_metadata,
    png_without_metadata,
    webp_without_metadata,
)
from intranet.platform.core.subprocesses import (
    EXIT_DAMAGED,
    EXIT_TOO_MUCH,
    limit_memory,
    limit_process,
)

# Our own limit is checked first, on the header; Pillow's would only warn.
Image.MAX_IMAGE_PIXELS = None

SENT, CONTENT, THUMBNAIL = "sent", "content", "thumbnail"
LARGE, SMALL, POSTER = "large", "small", "poster"
JPEG_QUALITY = 90
WEBP_QUALITY = 82
PROCESSOR_SECONDS = 20

OWN_MEMORY_BYTES = 128 * MIB
"""Memory of the program without a picture, with a margin."""
DEPTH_BYTES = {"JPEG": 8, "PNG": 8, "GIF": 9, "WEBP": 16}
"""Peak memory for each pixel, when two or more forms of a picture exist."""
PROGRESSIVE_DEPTH_BYTES = 14
"""A progressive JPEG: all its coefficients are in memory as well."""
CHUNKS: dict[str, Callable[[bytes], bytes]] = {
    "PNG": png_without_metadata,
    "WEBP": webp_without_metadata,
    "GIF": gif_without_metadata,
}

Answer = dict[str, int]


class HugeError(Exception):
    """The header announces more pixels than are decoded; `answer` has both numbers."""

    def __init__(self, width: int, height: int, most_pixels: int) -> None:
        """Store the size in the header, and the limit for an image of this kind."""
        super().__init__(width, height)
        self.answer = {"width": width, "height": height, "most_pixels": most_pixels}


def clean(folder: Path, kind: str) -> Answer:
    """Write the image without metadata, and its thumbnail, a still WebP."""
    if strip := CHUNKS.get(kind):
        with _opened(folder, kind):
            pass  # refuse huge images before anything else
        _write(folder, CONTENT, strip((folder / SENT).read_bytes()))
    with _opened(folder, kind) as image:
        if not strip:
            ImageOps.exif_transpose(image, in_place=True)
            _write(folder, CONTENT, _jpeg(image))
        width, height = image.size
        profile = _profile(image)
        small = _plain(image)
        small.thumbnail(THUMBNAIL_PIXELS)
        _write(folder, THUMBNAIL, _webp(small, profile))
        return {"width": width, "height": height}


def square(folder: Path, kind: str) -> Answer:
    """Write the middle of the image as a square in two sizes, encoded anew."""
    with _opened(folder, kind) as image:
        width, height = image.size
        image.draft("RGB", (PHOTO_PIXELS, PHOTO_PIXELS))
        ImageOps.exif_transpose(image, in_place=True)
        upright = _plain(image)
        for name, side in ((LARGE, PHOTO_PIXELS), (SMALL, SMALL_PHOTO_PIXELS)):
            portrait = ImageOps.fit(upright, (side, side))
            _write(folder, name, _webp(portrait, _profile(image)))
        return {"width": width, "height": height}


def poster(folder: Path, kind: str) -> Answer:
    """Write the image as the poster of a video: a still WebP, no larger than pages show it."""
    with _opened(folder, kind) as image:
        width, height = image.size
        ImageOps.exif_transpose(image, in_place=True)
        profile = _profile(image)
        small = _plain(image)
        small.thumbnail(POSTER_PIXELS)
        _write(folder, POSTER, _webp(small, profile))
        return {"width": width, "height": height}


PURPOSES: Mapping[str, Callable[[Path, str], Answer]] = {
    "clean": clean,
    "square": square,
    "poster": poster,
}


def _opened(folder: Path, kind: str) -> Image.Image:
    """Open the image without decoding it, and limit the memory to what decoding needs."""
    image = Image.open(folder / SENT, formats=[kind])
    width, height = image.size
    depth = PROGRESSIVE_DEPTH_BYTES if image.info.get("progressive") else DEPTH_BYTES[kind]
    most_pixels = min(PICTURE_PIXELS, PICTURE_MEMORY_BYTES // depth)
    if max(width, height) > PICTURE_SIDE_PIXELS or width * height > most_pixels:
        image.close()
        raise HugeError(width, height, most_pixels)
    announced_bytes = width * height * depth + 4 * (folder / SENT).stat().st_size
    limit_memory(OWN_MEMORY_BYTES + announced_bytes)
    return image


def _write(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)


def _plain(image: Image.Image) -> Image.Image:
    """Return the first frame in colours that every browser shows, keeping transparency.

    If it has such colours, it is the image itself: a copy would need its memory twice.
    """
    image.load()
    mode = "RGBA" if image.has_transparency_data else "RGB"
    return image if image.mode == mode else image.convert(mode)


def _profile(image: Image.Image) -> bytes | None:
    """Return the colour profile, unless colours were converted or the profile is too large."""
    profile = image.info.get("icc_profile")
    fits = image.mode in {"RGB", "RGBA"} and profile and len(profile) <= PROFILE_BYTES
    return profile if fits else None


def _webp(image: Image.Image, profile: bytes | None) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=WEBP_QUALITY, exif=b"", xmp=b"", icc_profile=profile)
    return out.getvalue()


def _jpeg(image: Image.Image) -> bytes:
    """Encode a JPEG with the tables and colours of the original, and nothing else."""
    if not isinstance(image, JpegImageFile):
        raise TypeError
    out = io.BytesIO()
    image.save(
        out,
        "JPEG",
        quality=JPEG_QUALITY,
        qtables=image.quantization,
        subsampling=get_sampling(image),
        icc_profile=image.info.get("icc_profile"),
        exif=b"",
        comment=b"",
    )
    return out.getvalue()


def main(purpose: str, kind: str, folder: str) -> int:
    """Run the named purpose within limits; print the image's size or that it is too large.

    Returns:
        0; `EXIT_DAMAGED` or `EXIT_TOO_MUCH` where it cannot be decoded.
    """
    limit_process(
        memory_bytes=OWN_MEMORY_BYTES + PICTURE_MEMORY_BYTES,
        processor_seconds=PROCESSOR_SECONDS,
        written_bytes=WRITTEN_BYTES,
    )
    try:
        answer = PURPOSES[purpose](Path(folder), kind)
    except HugeError as huge:
        answer = huge.answer
    except MemoryError:
        return EXIT_TOO_MUCH
    except Exception:  # noqa: BLE001 - a decoder that is fed hostile bytes fails in any way it likes
        return EXIT_DAMAGED
    print(json.dumps(answer))  # noqa: T201 - this is what it says
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
