"""Pictures: measured before they are decoded, cleaned of metadata, made small.

The only importer of Pillow. What comes in is hostile: sizes are read from the header alone
and refused before a pixel is decoded, and few pictures are decoded at once.
"""

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image, ImageOps
from PIL.JpegImagePlugin import JpegImageFile, get_sampling

from intranet.core.errors import Invalid
from intranet.core.i18n import _l
from intranet.files.chunks import gif_without_metadata, png_without_metadata, webp_without_metadata
from intranet.files.kinds import PICTURES
from intranet.files.limits import (
    PHOTO_PIXELS,
    PICTURE_PIXELS,
    PICTURE_SIDE,
    PICTURES_AT_ONCE,
    POSTER_PIXELS,
    PROFILE_BYTES,
    SMALL_PHOTO_PIXELS,
    THUMBNAIL_PIXELS,
)

# Our own limit is asked first, on the header; Pillow's would warn where ours refuses.
Image.MAX_IMAGE_PIXELS = None

JPEG_QUALITY = 90
WEBP_QUALITY = 82
CHUNKS: dict[str, Callable[[bytes], bytes]] = {
    "image/png": png_without_metadata,
    "image/webp": webp_without_metadata,
    "image/gif": gif_without_metadata,
}

_turn = threading.BoundedSemaphore(PICTURES_AT_ONCE)


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept: what is shown at full size, its size in pixels, a small one."""

    content: bytes
    width: int
    height: int
    thumbnail: bytes


@dataclass(frozen=True)
class Photo:
    """A square portrait in the two sizes that pages show."""

    large: bytes
    small: bytes


def clean_picture(content: bytes, media_type: str) -> Picture:
    """The picture without metadata, and its thumbnail, a WebP that does not move.

    Raises:
        Invalid: it is too large to be decoded, or it is not a whole picture.
    """
    with _opened(content, media_type) as image:
        if clean := CHUNKS.get(media_type):
            cleaned = clean(content)
        else:
            ImageOps.exif_transpose(image, in_place=True)
            cleaned = _jpeg(image)
        width, height = image.size
        small = _plain(image)
        small.thumbnail(THUMBNAIL_PIXELS)
        return Picture(cleaned, width, height, _webp(small, _profile(image)))


def square_photo(content: bytes, media_type: str) -> Photo:
    """The middle of a picture as a square, encoded anew.

    Raises:
        Invalid: it is too large to be decoded, or it is not a whole picture.
    """
    with _opened(content, media_type) as image:
        image.draft("RGB", (PHOTO_PIXELS, PHOTO_PIXELS))
        ImageOps.exif_transpose(image, in_place=True)
        upright = _plain(image)
        large, small = (
            _webp(ImageOps.fit(upright, (side, side)), _profile(image))
            for side in (PHOTO_PIXELS, SMALL_PHOTO_PIXELS)
        )
        return Photo(large, small)


def poster_picture(content: bytes, media_type: str) -> bytes:
    """A picture as the poster of a video: a WebP that does not move, no larger than it is shown.

    Raises:
        Invalid: it is too large to be decoded, or it is not a whole picture.
    """
    with _opened(content, media_type) as image:
        ImageOps.exif_transpose(image, in_place=True)
        poster = _plain(image)
        poster.thumbnail(POSTER_PIXELS)
        return _webp(poster, _profile(image))


@contextmanager
def _opened(content: bytes, media_type: str) -> Iterator[Image.Image]:
    """The picture with its header read and nothing decoded, when it is its turn."""
    with _turn:
        try:
            with Image.open(io.BytesIO(content), formats=[PICTURES[media_type]]) as image:
                _refuse_huge(*image.size)
                yield image
        except Invalid:
            raise
        except Exception as error:
            # A decoder that is fed hostile bytes fails in any way it likes.
            words = _l("This picture is damaged. Save it anew and try again.")
            raise Invalid({"file": words}) from error


def _refuse_huge(width: int, height: int) -> None:
    if max(width, height) > PICTURE_SIDE or width * height > PICTURE_PIXELS:
        words = _l(
            "This picture measures %(width)s × %(height)s pixels. Make it smaller: at most "
            "%(side)s on a side and %(limit)s million in all.",
            width=width,
            height=height,
            side=PICTURE_SIDE,
            limit=PICTURE_PIXELS // 1_000_000,
        )
        raise Invalid({"file": words})


def _plain(image: Image.Image) -> Image.Image:
    """The first frame in colours that every browser shows, transparent where it was."""
    image.load()
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _profile(image: Image.Image) -> bytes | None:
    """The colour profile, unless the colours were converted or it is no mere profile."""
    profile = image.info.get("icc_profile")
    fits = image.mode in {"RGB", "RGBA"} and profile and len(profile) <= PROFILE_BYTES
    return profile if fits else None


def _webp(image: Image.Image, profile: bytes | None) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=WEBP_QUALITY, exif=b"", xmp=b"", icc_profile=profile)
    return out.getvalue()


def _jpeg(image: Image.Image) -> bytes:
    """A JPEG with the tables and colours of the one that came, and nothing besides."""
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
