"""View functions that change alternative text, captions and poster of a file.

While a file is not attached, its owner comes through `views`. What a publication holds is changed
at its own addresses, by views that check the rights and then call these.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from intranet.config import LANGUAGES
from intranet.delivery.files.forms import NamedCaptions
from intranet.delivery.files.limits import CAPTIONS_BYTES
from intranet.delivery.files.media import (
    add_captions,
    missing_captions,
    missing_text,
    remove_captions,
    set_poster,
)
from intranet.delivery.files.models import Captions, File
from intranet.delivery.files.operations import describe, describe_at_length
from intranet.delivery.files.request_files import sent_file
from intranet.delivery.files.view_models import ShownPicture, ShownVideo, picture_view, video_view
from intranet.platform.core.errors import Invalid, Problem, Refusal, Words
from intranet.platform.core.i18n import _
from intranet.platform.core.templating import LANGUAGE_NAMES
from intranet.platform.core.web import local_address, wants_fragment


@dataclass(frozen=True)
class Edited:
    """An image or video with the forms for its texts; drawn by `_media_edit.html`.

    `address` is where its forms are sent; below it are `/words`, `/captions`, `/captions/ID/remove`
    and `/poster`. `missing` says what is still to be done, by field.
    """

    address: str
    shown: ShownPicture | ShownVideo
    is_video: bool
    is_infographic: bool
    long_text: str
    missing: dict[str, Words]
    languages: list[tuple[str, str]]
    errors: dict[str, Words] = field(default_factory=dict)


def edited(file: File, address: str, *, is_infographic: bool = False) -> Edited:
    """Return the context of the forms for a file."""
    shown_at = f"/files/{file.id}"
    return Edited(
        address,
        video_view(file, shown_at) if file.is_video else picture_view(file, shown_at),
        is_video=file.is_video,
        is_infographic=is_infographic,
        long_text=(file.long_text or "") if is_infographic else "",
        missing=missing_captions(file)
        if file.is_video
        else missing_text(file, is_infographic=is_infographic),
        languages=[(tag, LANGUAGE_NAMES[tag]) for tag in LANGUAGES],
    )


def change_words(file: File, address: str) -> ResponseReturnValue:
    """Set `alternative`, and for an infographic `long_text`, from the form."""

    def change() -> str:
        describe(file, request.form.get("alternative", ""))
        if "long_text" in request.form:
            describe_at_length(file, request.form["long_text"])
        return _("Saved.")

    return _answer(change, file, address)


def change_captions(video: File, address: str) -> ResponseReturnValue:
    """Store captions from the form: the file `captions`, `language`, `kind`."""

    def change() -> str:
        form = NamedCaptions.parse(request.form)
        content = sent_file("captions").stream.read(CAPTIONS_BYTES + 1)
        read = add_captions(video, content, language=form.language, kind=form.kind)
        if read.was_srt:
            return _("The captions have been converted from SubRip (SRT) to WebVTT.")
        return _("Saved.")

    return _answer(change, video, address)


def delete_captions(video: File, captions: Captions, address: str) -> ResponseReturnValue:
    """Remove captions."""

    def change() -> str:
        remove_captions(captions)
        return _("The captions have been removed.")

    return _answer(change, video, address)


def change_poster(video: File, address: str) -> ResponseReturnValue:
    """Set the poster of a video from the form: the file `poster`."""

    def change() -> str:
        set_poster(video, sent_file("poster").stream)
        return _("Saved.")

    return _answer(change, video, address)


def _answer(change: Callable[[], str], file: File, address: str) -> ResponseReturnValue:
    """Render the forms for htmx, with any refusal; redirect a plain form to its page."""
    is_infographic = request.form.get("infographic") == "1"
    if not wants_fragment():
        flash(change(), "ok")
        return redirect(local_address(request.form.get("next"), "/"), 303)
    said, errors = "", {}
    try:
        said = change()
    except Refusal as refused:
        errors = _errors(refused)
    now = edited(file, address, is_infographic=is_infographic)
    shown = replace(now, errors=errors)
    page = render_template("delivery/files/_media_edit.html", edited=shown, said=said)
    return page, 422 if errors else 200


def _errors(refused: Problem) -> dict[str, Words]:
    errors = dict(refused.errors) if isinstance(refused, Invalid) else {"": refused.detail}
    if "file" in errors:  # a damaged picture, sent as a poster
        errors["poster"] = errors.pop("file")
    return errors
