"""What stands in a publication beside its words: pictures, a gallery, infographics, videos."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from markupsafe import Markup

from intranet.delivery.files.models import File
from intranet.delivery.files.showing import ShownPicture, ShownVideo, shown_picture, shown_video
from intranet.publishing.publications.models import FileRole, PublicationFile
from intranet.publishing.publications.texts import parts_of


@dataclass(frozen=True)
class Part:
    """One thing after the other, as templates/publishing/publications/_parts.html draws it.

    `sort` is `text`, or the role of what is shown; `words` is all that an infographic says.
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
    """A text with its files where they were placed, and after it those that were not.

    The pictures of the gallery stand together, where the first of them was placed.

    Args:
        html: of a version, in one language (`texts.render`).
        own: the language of whoever published it, for captions.
        served_at: where files are served that stand by themselves, if not to people of ours;
            those within the text have their addresses in it.
    """
    return list(_Arranging(files, own, served_at or address_of).through(html))


def role_of(held: PublicationFile) -> FileRole:
    """As what a file stands in what was published, also if it was taken off since."""
    file: File = held.file
    if held.role != FileRole.EARLIER:
        return held.role
    if file.is_video:
        return FileRole.VIDEO
    if not file.is_image:
        return FileRole.ATTACHMENT
    return FileRole.INFOGRAPHIC if file.long_text else FileRole.PICTURE


def address_of(file: File) -> str:
    """Where a file is served, to who reads what holds it."""
    return f"/files/{file.id}"


class _Arranging:
    """Goes through a text once; what it has shown it does not show again."""

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
        """A picture stands in the text itself, with an address that only it has."""
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
            pictures = (shown_picture(one.file, self._served_at(one.file)) for one in self._gallery)
            yield Part(role.value, pictures=tuple(pictures))
        elif role == FileRole.VIDEO:
            shown = shown_video(file, address, caption=caption, own=self._own)
            yield Part(role.value, shown=shown)
        else:
            picture = shown_picture(file, address, caption=caption)
            yield Part(role.value, shown=picture, words=file.long_text or "")
