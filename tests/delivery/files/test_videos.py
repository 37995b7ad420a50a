"""A video is known by its content, measured, and rid of what it tells besides."""

import io

import pytest

from intranet.delivery.files.models import File
from intranet.delivery.files.operations import store_upload, store_video
from intranet.delivery.files.storage import storage
from intranet.delivery.files.videos import Video, clean_video
from intranet.platform.core.errors import Forbidden, Invalid, TooLarge
from tests.delivery.files.samples import CAMERA, PLACE, mp4, webm


def cleaned(content):
    stream = io.BytesIO(content)
    return clean_video(stream), stream.getvalue()


@pytest.mark.parametrize(
    ("content", "video"),
    [
        (mp4(), Video("video/mp4", 640, 360, 12500)),
        (mp4(turned=True), Video("video/mp4", 360, 640, 12500)),
        (mp4(telemetry=True), Video("video/mp4", 640, 360, 12500)),
        (mp4(fragments=True), Video("video/mp4", 640, 360, 12500)),
        (webm(), Video("video/webm", 320, 180, 2000)),
        (webm(live=True), Video("video/webm", 320, 180, 1960)),
    ],
)
def test_a_video_is_measured_and_keeps_picture_and_sound_alone(content, video):
    found, kept = cleaned(content)

    assert found == video
    assert len(kept) == len(content)
    assert b"picture" in kept
    for told in (PLACE, CAMERA, (3_700_000_000).to_bytes(4, "big")):
        assert told not in kept
    assert cleaned(kept) == (found, kept)


REFUSED = {
    "a program": b"\x7fELF\x02\x01\x01" + bytes(200),
    "a page": b"<!doctype html><script>alert(1)</script>",
    "QuickTime": mp4(brand=b"qt  "),
    "Matroska": webm(doc_type=b"matroska"),
    "HEVC": mp4(codec=b"hvc1"),
    "H.264 in WebM": webm(codec=b"V_MPEG4/ISO/AVC"),
    "an MP4 with an archive behind it": mp4() + b"PK\x03\x04" + bytes(60),
    "a WebM with a page behind it": webm() + b"<script>alert(1)</script>",
    "an MP4 that is cut off": mp4()[:-10],
    "a WebM that is cut off": webm()[:-10],
    "only the head of an MP4": mp4()[:24],
    "only the head of a WebM": webm()[:20],
    "a head that promises too much": b"\0\0\0\x18ftypisom\0\0\2\0isom\0\0\0\1moov" + b"\xff" * 8,
    "data that lies over itself": mp4(telemetry=True, chunks=400),
    "fragments with a track of data": mp4(telemetry=True, fragments=True),
    "an MP4 without pictures": mp4().replace(b"vide", b"soun").replace(b"avc1", b"mp4a"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_video_that_every_browser_plays_is_refused_and_unchanged(what):
    stream = io.BytesIO(REFUSED[what])
    with pytest.raises(Invalid) as refused:
        clean_video(stream)

    assert "file" in refused.value.errors
    assert stream.getvalue() == REFUSED[what]


@pytest.mark.parametrize("make", [mp4, webm])
def test_damage_of_any_byte_is_refused_or_harmless(make):
    sound = make()
    for place in range(len(sound)):
        for value in (0, 0xFF, sound[place] ^ 0x80):
            stream = io.BytesIO(sound[:place] + bytes([value]) + sound[place + 1 :])
            try:
                clean_video(stream)
            except Invalid:
                continue
            assert len(stream.getvalue()) == len(sound)


@pytest.fixture
def of_town(ana, employ):
    return employ(ana)


def test_a_video_is_stored_by_its_content_whatever_it_is_called(ana, of_town):
    file = store_video(ana, io.BytesIO(mp4()), "../film.exe")

    assert (file.name, file.media_type, file.is_video) == ("film.exe.mp4", "video/mp4", True)
    assert (file.width, file.height, file.duration_ms) == (640, 360, 12500)
    with storage().open(file.key) as stored:
        content = stored.read()
    assert len(content) == file.size_bytes
    assert PLACE not in content


@pytest.mark.both
def test_a_program_called_a_video_and_a_video_over_the_limit_leave_nothing(
    ana, of_town, stored_names
):
    before = stored_names()
    with pytest.raises(Invalid):
        store_video(ana, io.BytesIO(REFUSED["a program"]), "film.mp4")
    with pytest.raises(TooLarge):
        store_video(ana, io.BytesIO(mp4() + bytes(2 * 1024 * 1024)), "film.mp4")
    assert stored_names() == before


def test_who_holds_no_post_sends_no_video(ana):
    with pytest.raises(Forbidden):
        store_video(ana, io.BytesIO(mp4()), "film.mp4")


def test_a_video_on_a_message_tells_no_place_either_and_others_go_as_they_came(ana):
    clean = store_upload(ana, io.BytesIO(mp4()), "film.mp4")
    other: File = store_upload(ana, io.BytesIO(mp4(codec=b"hvc1")), "film.mp4")

    with storage().open(clean.key) as stored:
        assert PLACE not in stored.read()
    assert not clean.is_image
    assert not other.is_video
