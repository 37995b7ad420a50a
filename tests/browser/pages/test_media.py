"""What publications hold, in a browser: a film plays and seeks, pictures open, a video arrives."""

import io
import re
from pathlib import Path
from uuid import UUID

import pytest
from flask import render_template_string, request
from playwright.sync_api import expect

from intranet.delivery.files.access import get_upload
from intranet.delivery.files.editing import edited
from intranet.delivery.files.media import add_captions, set_poster
from intranet.delivery.files.models import CaptionsKind, File
from intranet.delivery.files.operations import describe, store_upload, store_video
from intranet.delivery.files.view_models import file_view, picture_view, video_view
from intranet.extensions import db
from intranet.organisation.accounts.access import signed_in
from tests.audits import axe_findings
from tests.browser.visitors import DESK, PHONE, WITHOUT_SCRIPT
from tests.delivery.files.samples import picture

pytestmark = pytest.mark.slow

SAMPLES = Path(__file__).parents[2] / "delivery" / "files"
ID = re.compile(r"[0-9a-f-]{36}")
FILM = (SAMPLES / "film.webm").read_bytes()
CAPTIONS = """WEBVTT

00:00.000 --> 00:02.000
<v Ana>How to ask for a permit.

00:04.000 --> 00:06.000
<v Bieito>And in a village of 900?
"""


class Publication:
    """A page as that of a publication, which shows what its author has uploaded."""

    def __init__(self, app):
        self.ids, self.infographic, self.sent = {}, None, []
        app.add_url_rule("/media", view_func=signed_in(self.show))
        app.add_url_rule(
            "/media", view_func=signed_in(self.take), methods=["POST"], endpoint="take"
        )

    def show(self, _person):
        found = {name: db.session.get_one(File, row_id) for name, row_id in self.ids.items()}
        at = {name: f"/files/{file.id}" for name, file in found.items()}
        pictures = [name for name in found if name.startswith("square")]
        return render_template_string(
            (SAMPLES / "page.html").read_text(encoding="utf-8"),
            film=video_view(found["film"], at["film"], caption="Permits in six seconds"),
            chart=picture_view(found["chart"], at["chart"], caption="Permits by year"),
            words="2024: 310 permits.\n2025: 402 permits.",
            pictures=[
                picture_view(found[name], at[name], caption=f"The {name}") for name in pictures
            ],
            files=[file_view(found["acta"], at["acta"])],
            forms=[
                edited(found["film"], at["film"]),
                edited(found["chart"], at["chart"], is_infographic=True),
            ],
        )

    def take(self, owner):
        if file := request.files.get("video"):
            row = store_video(owner, file.stream, file.filename or "")
        else:
            row = get_upload(owner, UUID(request.form["video_id"]))
        self.sent.append((row.name, row.width, row.is_video))
        return f"<h1>{row.name}</h1>"


@pytest.fixture
def page(app, cast):
    """The page, with a film that has captions, pictures, and a file."""
    made = Publication(app)
    with app.app_context():
        film = store_video(cast.ana, io.BytesIO(FILM), "permits.webm")
        add_captions(film, CAPTIONS.encode(), language="en", kind=CaptionsKind.CAPTIONS)
        spanish = CAPTIONS.replace("How to ask for a permit.", "Cómo pedir una licencia.")
        add_captions(film, spanish.encode(), language="es", kind=CaptionsKind.SUBTITLES)
        set_poster(film, picture())
        made.ids["film"] = film.id
        for name in ("chart", "square", "square at night"):
            file = store_upload(cast.ana, picture(), f"{name}.png")
            describe(file, f"What the {name} shows")
            made.ids[name] = file.id
        made.ids["acta"] = store_upload(cast.ana, io.BytesIO(b"Acta."), "acta.txt").id
    return made


def test_a_film_loads_what_it_is_and_goes_to_a_second_of_its_transcript(page, site, cast):
    parts = []
    ana = site.visitor(cast.ana)
    ana.page.on("response", lambda answer: parts.append((answer.url, answer.status)))
    ana.page.goto("/media")
    video = ana.page.locator(".video video")
    expect(video).to_have_js_property("readyState", 4)

    assert video.evaluate("(v) => [v.videoWidth, v.videoHeight, v.duration]") == [320, 180, 6]
    assert (f"{site.address}/files/{page.ids['film']}", 206) in parts
    showing = "(v) => [...v.textTracks].map((t) => `${t.language} ${t.mode}`)"
    assert video.evaluate(showing) == ["en showing", "es disabled"]

    ana.page.get_by_text("Transcript of this video").click()
    ana.page.get_by_role("link", name="Play the video from: 0:04").click()

    expect(video).to_be_focused()
    assert 4 <= video.evaluate("(v) => v.currentTime") < 6
    cue = """async (v) => {
      const [track] = v.textTracks;
      while (!track.activeCues.length) await new Promise(requestAnimationFrame);
      return track.activeCues[0].getCueAsHTML().textContent;
    }"""
    assert video.evaluate(cue) == "And in a village of 900?"


def test_pictures_are_gone_through_with_their_captions_and_the_focus_comes_back(page, site, cast):
    ana = site.visitor(cast.ana)
    ana.page.goto("/media")
    first = ana.page.locator(".gallery .thumbnail").first
    first.focus()
    ana.page.keyboard.press("Enter")

    caption = ana.page.locator(".viewer-caption")
    expect(caption).to_have_text("The square")
    ana.page.keyboard.press("ArrowRight")
    expect(caption).to_have_text("The square at night")
    ana.page.keyboard.press("Escape")
    expect(ana.page.locator(".pswp")).to_have_count(0)
    expect(first).to_be_focused()


def test_a_video_arrives_in_parts_over_a_line_that_is_cut(page, site, cast):
    ana = site.visitor(cast.ana)
    ana.page.goto("/media")
    cut: list[None] = []

    def once(route):
        if cut:
            route.continue_()
        else:
            cut.append(route.abort())

    ana.page.route("**/api/v1/uploads/*?offset=*", once)
    ana.page.set_input_files("video-upload input[type=file]", SAMPLES / "film.webm")
    expect(ana.page.locator(".upload__meta")).to_contain_text("waiting for a connection")
    expect(ana.page.locator("video-upload input[name=video_id]")).to_have_value(ID)
    ana.page.get_by_role("button", name="Publish").click()

    expect(ana.page.get_by_role("heading")).to_have_text("film.webm")
    assert page.sent == [("film.webm", 320, True)]


def test_without_script_a_video_comes_with_its_form_and_captions_are_added(page, site, cast, app):
    ana = site.visitor(cast.ana, WITHOUT_SCRIPT)
    ana.page.goto("/media")
    ana.page.get_by_label("Caption file").set_input_files(
        {"name": "gl.vtt", "mimeType": "text/vtt", "buffer": CAPTIONS.encode()}
    )
    ana.page.locator("select[name=language]").select_option("gl")
    ana.page.get_by_role("button", name="Add captions").click()
    expect(ana.page.locator(".media-edit__track")).to_contain_text(["English", "Español", "Galego"])
    ana.page.locator("video-upload input[type=file]").set_input_files(SAMPLES / "film.webm")
    ana.page.get_by_role("button", name="Publish").click()

    expect(ana.page.get_by_role("heading")).to_have_text("film.webm")
    assert page.sent == [("film.webm", 320, True)]


def test_what_is_wrong_with_captions_is_said_at_the_field_and_a_frame_becomes_the_poster(
    page, site, cast, app
):
    ana = site.visitor(cast.ana)
    ana.page.goto("/media")
    ana.page.get_by_label("Caption file").set_input_files(
        {"name": "x.vtt", "mimeType": "text/vtt", "buffer": b"WEBVTT\n\n00:01 --> 00:02\nHola\n"}
    )
    ana.page.get_by_role("button", name="Add captions").click()
    expect(ana.page.locator(".field__error")).to_contain_text("Line 3 of the captions")

    ana.page.get_by_role("button", name="Use the current frame as the poster").click()
    expect(ana.page.locator(".media-edit__said").first).to_have_text("Saved.")
    with app.app_context():
        film = db.session.get_one(File, page.ids["film"])
        assert film.thumbnail_key
    taken = ana.page.evaluate(
        """async (id) => {
          const answer = await fetch(`/files/${id}/thumbnail`);
          const picture = await createImageBitmap(await answer.blob());
          return [picture.width, picture.height];
        }""",
        str(page.ids["film"]),
    )
    assert taken == [320, 180]


@pytest.mark.parametrize(
    ("how", "scheme"), [(DESK, "light"), (PHONE, "dark")], ids=["desk", "phone"]
)
def test_axe_finds_nothing_and_nothing_moves(page, site, cast, how, scheme):
    ana = site.visitor(cast.ana, how, color_scheme=scheme)
    ana.page.goto("/media")
    before = ana.page.locator(".gallery").bounding_box()
    expect(ana.page.locator(".video video")).to_have_js_property("readyState", 4)
    assert ana.page.locator(".gallery").bounding_box() == before
    for summary in ana.page.locator("summary.told__title").all():
        summary.click()
    assert axe_findings(ana.page) == []
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert ana.page.evaluate(wide) == 0
