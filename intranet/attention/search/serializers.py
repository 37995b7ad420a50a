"""Search results as JSON for programs: one shape for everything."""

from collections.abc import Iterable
from typing import Any

from intranet.attention.search.excerpts import Piece
from intranet.attention.search.hits import SearchHit
from intranet.attention.search.publication_search import PublicationHit
from intranet.finding.directory.results import DirectoryResult
from intranet.messaging.messages.serializers import instant
from intranet.platform.index.models import DocumentKind


def hit_json(hit: SearchHit) -> dict[str, Any]:
    """Return a message or file; `url` is the message, and the file's own is `/files/ID`."""
    return {
        "kind": hit.found.kind.value,
        "id": str(hit.found.subject_id),
        "name": hit.file.name if hit.file else "",
        "url": hit.address,
        "excerpt": _pieces(hit.excerpt),
        "at": instant(hit.at),
        "author": {
            "id": str(hit.author["id"]),
            "name": hit.author["name"],
            "caption": hit.caption,
        },
        "conversation": {"id": str(hit.room.id), "title": hit.room.title},
        "message_id": str(hit.found.message_id),
        "seq": hit.found.seq,
    }


def published_json(hit: PublicationHit) -> dict[str, Any]:
    """Return a publication; its author's caption is the post that published it."""
    author_id = hit.found.author_id
    return {
        "kind": DocumentKind.PUBLICATION.value,
        "id": str(hit.found.subject_id),
        "name": hit.name,
        "url": hit.address,
        "excerpt": _pieces(hit.excerpt),
        "at": instant(hit.at),
        "author": (
            {"id": str(author_id), "name": hit.author_name, "caption": f"{hit.by} · {hit.place}"}
            if author_id
            else None
        ),
        "conversation": None,
        "message_id": None,
        "seq": None,
    }


def result_json(result: DirectoryResult) -> dict[str, Any]:
    """Return a result of the directory; `GET /directory` tells more of each."""
    return {
        "kind": result.kind.value,
        "id": str(result.id),
        "name": result.name,
        "url": _address(result),
        "excerpt": [],
        "at": None,
        "author": None,
        "conversation": None,
        "message_id": None,
        "seq": None,
    }


def _address(result: DirectoryResult) -> str:
    if result.kind == DocumentKind.AGENCY:
        return f"/agencies/{result.agency.code}"
    folder = {"person": "people", "post": "posts", "unit": "units"}[result.kind.value]
    return f"/{folder}/{result.id}"


def _pieces(pieces: Iterable[Piece]) -> list[dict[str, Any]]:
    return [{"text": piece.text, "is_hit": piece.is_hit} for piece in pieces]
