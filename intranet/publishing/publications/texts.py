"""From what is written to what is read: HTML with its pictures, a summary, how long it takes."""

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
WORDS_A_MINUTE = 200

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
"""Only `render` writes these: the sanitiser takes `data-file` from whatever people write."""


def render(
    body: str,
    files: Mapping[UUID, PublicationFile],
    resolve_mention: ResolveMention | None = None,
) -> Markup:
    """HTML of a body. `![words](file:ID)` on a line of its own shows one of its files there.

    A picture stands in it; of all else there is a link, in whose place a page shows it
    (`media.arranged`).

    Args:
        resolve_mention: gives the true words for whom a mention names, or None; without it all
            mentions are plain text.
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
    """The parts of what was rendered: a text, and after it a file with its words, if any."""
    end = 0
    for found in _PLACED.finditer(html):
        yield html[end : found.start()].strip(), UUID(found[1]), unescape(found[2])
        end = found.end()
    yield html[end:].strip(), None, ""


def placed_in(body: str) -> set[UUID]:
    """Ids of the pictures that stand within a body."""
    return {UUID(found[2]) for found in _PICTURE.finditer(body)}


def summary(body: str) -> str:
    """The beginning of a body without its pictures, for lists."""
    return plain_text(_PICTURE.sub("", body), SUMMARY_CHARACTERS)


def without_pictures(body: str) -> str:
    """A body with the words of its pictures in their places."""
    return _PICTURE.sub(r"\1", body)


def words_in(body: str) -> int:
    """How many words a body has."""
    return len(_PICTURE.sub("", body).split())


def minutes(words: int) -> int:
    """How long so many words take to read: at least a minute."""
    return max(1, round(words / WORDS_A_MINUTE))


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
