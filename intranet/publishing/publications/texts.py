"""Rendering of bodies: HTML with pictures, summaries and reading times."""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from uuid import UUID

from markupsafe import Markup

from intranet.delivery.files.models import File
from intranet.platform.core.html import ResolveMention, plain_text, render_page
from intranet.publishing.publications.models import FileRole, PublicationFile

TITLE_LIMIT = 200
BODY_LIMIT = 60_000
SUMMARY_CHARACTERS = 220
READING_WORDS_PER_MINUTE = 200

_PICTURE = re.compile(
    r"^!\[([^\[\]\n]{0,500})\]\(file:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\)[ \t\r]*$",
    re.MULTILINE,
)
_FIGURE = Markup(
    '<figure class="picture" data-pictures><a class="thumbnail" href="{src}"'
    ' data-pswp-width="{width}" data-pswp-height="{height}"><img class="thumbnail__image"'
    ' src="{src}" width="{width}" height="{height}" alt="{alt}" loading="lazy"></a>'
    "{caption}</figure>"
)
_CAPTION = Markup('<figcaption class="picture__caption">{}</figcaption>')
_PLACE = Markup('<p data-file="{file_id}"><a href="/files/{file_id}">{words}</a></p>')
_PLACED = re.compile(
    r'<p data-file="([0-9a-f-]{36})"><a href="/files/[0-9a-f-]{36}">([^<]*)</a></p>'
)
"""Only `render` writes these: the sanitiser removes `data-file` from what people write."""


def render(
    body: str,
    files: Mapping[UUID, PublicationFile],
    resolve_mention: ResolveMention | None = None,
) -> Markup:
    """Render a body as HTML. `![words](file:ID)` on a line of its own shows one of its files there.

    A picture is included; any other file becomes a link, which a page replaces (`media.arranged`).

    Args:
        resolve_mention: returns the current name for a mention, or None; without it, mentions
        are plain text.
    """
    parts: list[Markup] = []
    end = 0
    for found in _PICTURE.finditer(body):
        held = files.get(UUID(found[2]))
        if held is None or held.role == FileRole.ATTACHMENT:
            continue
        parts.append(render_page(body[end : found.start()], resolve_mention))
        is_picture = held.role == FileRole.PICTURE
        parts.append(_figure(held.file, found[1]) if is_picture else _place(held, found[1]))
        end = found.end()
    parts.append(render_page(body[end:], resolve_mention))
    return Markup("\n").join(part for part in parts if part)


def parts_of(html: str) -> Iterator[tuple[str, UUID | None, str]]:
    """Yield the parts of rendered HTML: a text, and the file after it with its words, if any."""
    end = 0
    for found in _PLACED.finditer(html):
        yield html[end : found.start()].strip(), UUID(found[1]), unescape(found[2])
        end = found.end()
    yield html[end:].strip(), None, ""


def placed_in(body: str) -> set[UUID]:
    """Return the ids of the files placed in a body."""
    return {UUID(found[2]) for found in _PICTURE.finditer(body)}


def summary(body: str) -> str:
    """Return the beginning of a body without its pictures, for lists."""
    return plain_text(_PICTURE.sub("", body), SUMMARY_CHARACTERS)


def without_pictures(body: str) -> str:
    """Replace the pictures of a body by their words."""
    return _PICTURE.sub(r"\1", body)


def words_in(body: str) -> int:
    """Count the words of a body."""
    return len(_PICTURE.sub("", body).split())


def minutes(words: int) -> int:
    """Return the minutes needed to read this many words, at least one."""
    return max(1, round(words / READING_WORDS_PER_MINUTE))


def _place(held: PublicationFile, words: str) -> Markup:
    return _PLACE.format(file_id=held.file_id, words=words or held.file.name)


def _figure(file: File, words: str) -> Markup:
    return _FIGURE.format(
        src=f"/files/{file.id}",
        width=file.width or "",
        height=file.height or "",
        alt=file.alternative or words,
        caption=_CAPTION.format(words) if words and words != file.alternative else "",
    )
