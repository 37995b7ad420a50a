"""Pictures lose what they tell, keep what they show, and never eat the memory."""

import io
import struct
import tracemalloc
import zlib
from types import SimpleNamespace

import pytest
from PIL import Image

from intranet.delivery.files.pictures import cleaned_picture, square_photo
from intranet.platform.core.errors import Invalid
from tests.pace import within


def chunk(kind, content):
    checked = kind + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))


def png_bomb(width, height):
    """A small PNG that says it is huge."""
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    pixels = zlib.compress(bytes(1_000_000))
    ends = chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + ends


def frames(kind, **options):
    first, *others = [Image.new("RGB", (20, 10), (shade, 0, 90)) for shade in (10, 90, 200)]
    out = io.BytesIO()
    first.save(out, kind, save_all=True, append_images=others, duration=80, loop=0, **options)
    return out.getvalue()


def opened(content):
    return Image.open(io.BytesIO(content))


def clean_picture(sent, media_type):
    with cleaned_picture(io.BytesIO(sent), media_type) as kept:
        return SimpleNamespace(
            content=kept.content.read(),
            thumbnail=kept.thumbnail.read(),
            width=kept.width,
            height=kept.height,
        )


def test_a_photograph_loses_place_camera_and_comment(pictures):
    sent = pictures.photograph()
    assert b"Telephone of Ana" in sent
    assert opened(sent).getexif().get_ifd(0x8825)

    kept = clean_picture(sent, "image/jpeg")

    for content in (kept.content, kept.thumbnail):
        image = opened(content)
        assert len(image.getexif()) == 0
        assert b"Exif" not in content
        assert b"Ana" not in content
        assert image.size == (400, 300)


def test_a_photograph_taken_on_its_side_stands_upright(pictures):
    kept = clean_picture(pictures.photograph(orientation=6), "image/jpeg")

    assert (kept.width, kept.height) == (300, 400)
    assert opened(kept.content).size == (300, 400)
    assert opened(kept.thumbnail).size == (300, 400)
    # The bright corner was at the top left; a turn to the right brings it to the top right.
    assert opened(kept.content).convert("RGB").getpixel((250, 40))[0] > 180


def test_a_png_loses_its_texts_and_what_follows_it(pictures):
    from PIL.PngImagePlugin import PngInfo

    texts = PngInfo()
    texts.add_text("Author", "Ana Castro")
    texts.add_itxt("XML:com.adobe.xmp", "<x>Home of Ana</x>", zip=True)
    exif = Image.Exif()
    exif[0x010F] = "Telephone of Ana"
    sent = pictures.picture("PNG", pnginfo=texts, exif=exif) + b"<script>alert(1)</script>"

    kept = clean_picture(sent, "image/png")

    assert opened(kept.content).convert("RGB").tobytes() == opened(sent).convert("RGB").tobytes()
    for told in (b"Ana", b"eXIf", b"iTXt", b"tEXt", b"script"):
        assert told not in kept.content


def test_a_webp_loses_its_metadata(pictures):
    exif = Image.Exif()
    exif[0x010F] = "Telephone of Ana"
    sent = pictures.picture("WEBP", exif=exif, xmp=b"<x>Home of Ana</x>", lossless=True) + b"tail"

    kept = clean_picture(sent, "image/webp")

    image = opened(kept.content)
    assert image.convert("RGB").tobytes() == opened(sent).convert("RGB").tobytes()
    assert len(image.getexif()) == 0
    assert b"Ana" not in kept.content
    assert b"tail" not in kept.content


@pytest.mark.parametrize(
    ("kind", "media_type", "options"),
    [
        ("GIF", "image/gif", {"comment": b"Home of Ana"}),
        ("WEBP", "image/webp", {"lossless": True}),
        ("PNG", "image/png", {}),
    ],
)
def test_what_moves_goes_on_moving_and_its_thumbnail_is_still(kind, media_type, options):
    sent = frames(kind, **options)

    kept = clean_picture(sent + b"<html>", media_type)

    assert opened(kept.content).n_frames == 3
    assert opened(kept.content).info["loop"] == 0
    assert getattr(opened(kept.thumbnail), "n_frames", 1) == 1
    assert b"Ana" not in kept.content
    assert b"<html>" not in kept.content


@pytest.mark.parametrize("size", [(20_000, 20_000), (60_000, 10), (2**31 - 1, 2**31 - 1)])
def test_a_picture_that_says_it_is_huge_is_refused_before_it_is_decoded(size):
    bomb = png_bomb(*size)

    def refusal():
        with pytest.raises(Invalid) as refused:
            clean_picture(bomb, "image/png")
        return refused.value

    tracemalloc.start()
    refused = within(1, refusal)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "file" in refused.errors
    assert peak < 5_000_000


def test_a_gif_whose_screen_is_huge_is_refused(pictures):
    sent = bytearray(pictures.picture("GIF"))
    sent[6:10] = struct.pack("<HH", 65_535, 65_535)

    with pytest.raises(Invalid):
        clean_picture(bytes(sent), "image/gif")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_a_damaged_picture_is_refused_wherever_it_breaks(pictures, kind):
    sent = pictures.picture(kind, (64, 48))
    for length in (12, 40, len(sent) // 2, len(sent) - 20):
        with pytest.raises(Invalid):
            clean_picture(sent[:length], f"image/{kind.lower()}")


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "RGBA", "CMYK"])
def test_pictures_in_all_sorts_of_colours_get_a_thumbnail(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    out = io.BytesIO()
    Image.new(mode, (30, 20)).save(out, kind)

    kept = clean_picture(out.getvalue(), f"image/{kind.lower()}")

    assert opened(kept.thumbnail).size == (30, 20)


@pytest.mark.slow
def test_a_portrait_is_the_middle_of_the_picture_in_two_sizes(pictures):
    photo = square_photo(io.BytesIO(pictures.photograph(orientation=6)), "image/jpeg")

    assert opened(photo.large).size == (384, 384)
    assert opened(photo.small).size == (96, 96)
    assert len(photo.small) < 3000
    assert len(opened(photo.large).getexif()) == 0
