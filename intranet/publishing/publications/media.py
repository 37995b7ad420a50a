"""The pictures, galleries, infographics and videos of a publication, placed in its text."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from markupsafe import Markup

from intranet.delivery.files.models import File
from intranet.delivery.files.view_models import ShownPicture, ShownVideo, picture_view, video_view
from intranet.publishing.publications.models import FileRole, PublicationFile
from intranet.publishing.publications.texts import parts_of


@dataclass(frozen=True)
class Part:
    """A part of a publication, text or media, as the template `_parts.html` draws it.

    `sort` is `text`, or the role of the media; `words` is the full text of an infographic.
    """

    sort: str
    html: Markup | None = None
    shown: ShownPicture | ShownVideo | None = None
    pictures: tuple[ShownPicture, ...] = ()
    words: str = ""


def arranged(
    html: str,
    files: Sequence[PublicationFile],
    own: str,
    served_at: Callable[[File], str] | None = None,
) -> list[Part]:
    """Return a text with its files where they were placed, then the files that were not placed.

    The pictures of the gallery stand together, where the first of them was placed. Attachments are
    left out.

    Args:
        html: the text of a version in one language (`texts.render`).
        own: the language of the publishing agency, for captions.
        served_at: the address of a file outside the text, if the readers are not our users;
        files within the text have their addresses in it.
    """
    return list(_Arranging(files, own, served_at or address_of).through(html))


def role_of(held: PublicationFile) -> FileRole:
    """Return the role of a file in what was published, even if it was removed since."""
    file: File = held.file
    if held.role != FileRole.EARLIER:
        return held.role
    if file.is_video:
        return FileRole.VIDEO
    if not file.is_image:
        return FileRole.ATTACHMENT
    return FileRole.INFOGRAPHIC if file.long_text else FileRole.PICTURE


def address_of(file: File) -> str:
    """Return the address of a file for readers of its publication."""
    return f"/files/{file.id}"


class _Arranging:
    """Walks through a text once and shows each file once."""

    def __init__(
        self, files: Sequence[PublicationFile], own: str, served_at: Callable[[File], str]
    ) -> None:
        self._own = own
        self._served_at = served_at
        self._files = {held.file_id: held for held in files}
        self._gallery = [held for held in files if role_of(held) == FileRole.GALLERY]
        self._done: set[UUID] = set()

    def through(self, html: str) -> Iterator[Part]:
        for text, file_id, caption in parts_of(html):
            if text:
                yield Part("text", html=Markup(text))  # noqa: S704 - out of the sanitiser's door
            if file_id in self._files:
                yield from self._show(self._files[file_id], caption)
        for held in self._files.values():
            if not self._is_in(html, held):
                yield from self._show(held, "")

    def _is_in(self, html: str, held: PublicationFile) -> bool:
        """Return whether a picture is already in the text, recognised by its address."""
        return role_of(held) == FileRole.PICTURE and f'"{address_of(held.file)}"' in html

    def _show(self, held: PublicationFile, caption: str) -> Iterator[Part]:
        role, file = role_of(held), held.file
        if held.file_id in self._done or role == FileRole.ATTACHMENT:
            return
        self._done.add(held.file_id)
        caption = "" if caption == file.name else caption
        address = self._served_at(file)
        if role == FileRole.GALLERY:
            self._done.update(one.file_id for one in self._gallery)
            pictures = (picture_view(one.file, self._served_at(one.file)) for one in self._gallery)
            yield Part(role.value, pictures=tuple(pictures))
        elif role == FileRole.VIDEO:
            shown = video_view(file, address, caption=caption, own=self._own)
            yield Part(role.value, shown=shown)
        else:
            picture = picture_view(file, address, caption=caption)
            yield Part(role.value, shown=picture, words=file.long_text or "")
