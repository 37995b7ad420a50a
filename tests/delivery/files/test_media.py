"""What belongs to a video or a picture, and what is still asked for."""

import io

import pytest

import intranet.delivery.files.jobs  # noqa: F401 - what the outbox does registers itself
from intranet.delivery.files.access import get_captions, get_upload
from intranet.delivery.files.media import (
    add_captions,
    missing_captions,
    missing_text,
    remove_captions,
    set_poster,
)
from intranet.delivery.files.models import CaptionsKind
from intranet.delivery.files.operations import (
    describe,
    describe_at_length,
    discard,
    store_upload,
    store_video,
)
from intranet.delivery.files.queries import captions_of
from intranet.delivery.files.serving import send, send_captions
from intranet.delivery.files.view_models import video_view
from intranet.platform.core import outbox
from intranet.platform.core.errors import Invalid, NotFound
from tests.delivery.files.samples import mp4

SAID = b"WEBVTT\n\n00:00.000 --> 00:02.000\nBos dias.\n"


@pytest.fixture
def film(ana, employ):
    employ(ana)
    return store_video(ana, io.BytesIO(mp4()), "film.mp4")


def caption(film, language="gl", content=SAID):
    return add_captions(film, content, language=language, kind=CaptionsKind.CAPTIONS)


def test_captions_are_one_for_each_language_and_hold_no_video(ana, film):
    assert "captions" in missing_captions(film)
    caption(film, "es")
    caption(film, "gl")
    caption(film, "gl", SAID.replace(b"Bos dias", b"Boa tarde"))

    spanish, galician = captions_of(film.id)

    assert "Boa tarde" in galician.content
    assert missing_captions(film) == {}
    assert get_upload(ana, film.id) is film
    remove_captions(spanish)
    discard([film.id])
    assert captions_of(film.id) == []


def test_captions_of_one_video_are_not_found_at_another(ana, film):
    other = store_video(ana, io.BytesIO(mp4()), "other.mp4")
    caption(film)
    (found,) = captions_of(film.id)

    assert get_captions(film, found.id) is found
    with pytest.raises(NotFound):
        get_captions(other, found.id)


def test_what_is_no_video_has_no_captions_and_no_language_of_its_own_making(ana, film, pictures):
    picture = store_upload(ana, io.BytesIO(pictures.picture()), "a.png")
    with pytest.raises(NotFound):
        caption(picture)
    with pytest.raises(NotFound):
        set_poster(picture, io.BytesIO(pictures.picture()))
    with pytest.raises(Invalid):
        caption(film, "../x")


def test_captions_leave_as_captions_and_nothing_else(app, film):
    caption(film)
    (found,) = captions_of(film.id)
    with app.test_request_context():
        answer = send_captions(found)

    assert answer.mimetype == "text/vtt"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.slow
def test_a_poster_is_a_picture_and_replaces_the_one_before(app, film, pictures, stored_names):
    with pytest.raises(Invalid) as refused:
        set_poster(film, io.BytesIO(mp4()))
    assert "poster" in refused.value.errors

    set_poster(film, io.BytesIO(pictures.picture("PNG", (2000, 1000))))
    first = film.thumbnail_key
    set_poster(film, io.BytesIO(pictures.photograph(6)))
    while outbox.run_due():
        pass

    assert first not in stored_names()
    assert not film.is_image
    with app.test_request_context():
        answer = send(film, thumbnail=True)
    assert answer.mimetype == "image/webp"
    assert b"Telephone" not in answer.data


@pytest.mark.parametrize(
    ("reader", "own", "language"),
    [("es", "gl", "es"), ("eu", "gl", "gl"), ("eu", "ca", "es")],
)
def test_a_reader_gets_captions_in_a_language_they_read(app, film, reader, own, language):
    caption(film, "gl")
    caption(film, "es")
    with app.test_request_context(f"/?lang={reader}"):
        shown = video_view(film, "/here", own=own)

    assert [track.language for track in shown.tracks if track.is_default] == [language]
    assert shown.transcript_language == language
    assert shown.transcript[0].text == "Bos dias."
    assert shown.tracks[0].url.startswith("/here/captions/")


@pytest.mark.both
def test_an_infographic_is_asked_for_its_words_until_they_are_there(ana, pictures):
    chart = store_upload(ana, io.BytesIO(pictures.picture()), "chart.png")
    assert set(missing_text(chart, is_infographic=True)) == {"alternative", "long_text"}

    describe(chart, "Permits by year")
    assert missing_text(chart) == {}
    assert set(missing_text(chart, is_infographic=True)) == {"long_text"}

    with pytest.raises(Invalid):
        describe_at_length(chart, "x" * 20_001)
    describe_at_length(chart, "2024: 310.\n2025: 402.")
    assert missing_text(chart, is_infographic=True) == {}
