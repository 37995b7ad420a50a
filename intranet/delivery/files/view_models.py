"""Files of a publication as shown: context for the macros in templates/delivery/files/.

The holder serves its files under its own address. Below it are always `/thumbnail` for the
thumbnail or poster, and `/captions/ID` for captions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from intranet.delivery.files import queries
from intranet.delivery.files.models import Captions, CaptionsKind, File
from intranet.delivery.files.webvtt import Paragraph, format_time, stored_cues, transcript_of
from intranet.platform.core.templating import LANGUAGE_NAMES
from intranet.platform.core.web import current_language, site_address


@dataclass(frozen=True)
class ShownFile:
    """The card of a file."""

    id: UUID
    name: str
    size: int
    url: str


@dataclass(frozen=True)
class ShownPicture(ShownFile):
    """A picture; `caption` is below it, `alternative` for people who cannot see it."""

    thumbnail_url: str
    width: int
    height: int
    alternative: str
    caption: str = ""


@dataclass(frozen=True)
class CaptionsTrack:
    """Captions in a language, under its own name."""

    id: UUID
    url: str
    language: str
    label: str
    kind: CaptionsKind
    is_default: bool


@dataclass(frozen=True)
class ShownVideo(ShownFile):
    """A video; the transcript is in `transcript_language`, empty where there are no captions."""

    media_type: str
    poster_url: str | None
    width: int
    height: int
    duration_ms: int | None
    tracks: tuple[CaptionsTrack, ...]
    transcript: tuple[Paragraph, ...]
    transcript_language: str
    caption: str = ""

    @property
    def clock(self) -> str:
        """The duration as players show it; empty if unknown."""
        return format_time(self.duration_ms) if self.duration_ms else ""

    @property
    def full_url(self) -> str:
        """The full address, for print."""
        return site_address(self.url)


def file_view(file: File, address: str) -> ShownFile:
    """Return a file under the address where its holder serves it."""
    return ShownFile(file.id, file.name, file.size_bytes, address)


def picture_view(file: File, address: str, *, caption: str = "") -> ShownPicture:
    """Return a picture under the address where its holder serves it."""
    return ShownPicture(
        file.id,
        file.name,
        file.size_bytes,
        address,
        thumbnail_url=f"{address}/thumbnail",
        width=file.width or 0,
        height=file.height or 0,
        alternative=file.alternative,
        caption=caption,
    )


def video_view(file: File, address: str, *, caption: str = "", own: str = "") -> ShownVideo:
    """Return a video under the address where its holder serves it, with captions and transcript.

    Args:
        own: the publisher's language, for readers in whose language there are no captions.
    """
    rows = queries.captions_of(file.id)
    chosen = _chosen(rows, (current_language(), own))
    cues = stored_cues(chosen.content) if chosen else ()
    return ShownVideo(
        file.id,
        file.name,
        file.size_bytes,
        address,
        media_type=file.media_type,
        poster_url=f"{address}/thumbnail" if file.thumbnail_key else None,
        width=file.width or 0,
        height=file.height or 0,
        duration_ms=file.duration_ms,
        tracks=tuple(_track(row, address, row is chosen) for row in rows),
        transcript=tuple(transcript_of(cues)),
        transcript_language=chosen.language if chosen else "",
        caption=caption,
    )


def _chosen(rows: Sequence[Captions], languages: Sequence[str]) -> Captions | None:
    for language in languages:
        for row in rows:
            if row.language == language:
                return row
    return rows[0] if rows else None


def _track(row: Captions, address: str, is_default: bool) -> CaptionsTrack:  # noqa: FBT001 - a fact of the row
    label = LANGUAGE_NAMES.get(row.language, row.language)
    place = f"{address}/captions/{row.id}"
    return CaptionsTrack(row.id, place, row.language, label, row.kind, is_default)
