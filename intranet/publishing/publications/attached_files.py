"""The files of a working copy in the editor, each with the descriptions it still lacks."""

from dataclasses import dataclass
from uuid import UUID

from intranet.delivery.files.editing import Edited, edited
from intranet.delivery.files.media import missing_captions
from intranet.platform.core.errors import Words
from intranet.publishing.publications.models import FileRole, Publication, PublicationFile
from intranet.publishing.publications.texts import placed_in
from intranet.publishing.publications.versions import missing_words
from intranet.publishing.publications.view_models import Attached, attached


@dataclass(frozen=True)
class InWork:
    """A file of the working copy.

    `forms` are the forms for a video's captions or an infographic's text.
    """

    file: Attached
    role: FileRole
    is_placed: bool
    missing: dict[str, Words]
    forms: Edited | None


def files_in_work(publication: Publication) -> list[InWork]:
    """List the files of a working copy, in order."""
    placed = {file_id for text in publication.texts for file_id in placed_in(text.body)}
    return [_in_work(publication.id, held, held.file_id in placed) for held in publication.attached]


def forms_address(publication_id: UUID, file_id: UUID) -> str:
    """Return the address to which the forms of a file are sent."""
    return f"/p/{publication_id}/files/{file_id}"


def _in_work(publication_id: UUID, held: PublicationFile, is_placed: bool) -> InWork:  # noqa: FBT001 - a fact of the text
    is_infographic = held.role == FileRole.INFOGRAPHIC
    is_video = held.role == FileRole.VIDEO
    address = forms_address(publication_id, held.file_id)
    return InWork(
        file=attached(held.file),
        role=held.role,
        is_placed=is_placed,
        missing=missing_captions(held.file) if is_video else missing_words(held),
        forms=(
            edited(held.file, address, is_infographic=is_infographic)
            if is_video or is_infographic
            else None
        ),
    )
