"""Counterparts as JSON, in the reader's language."""

from typing import Any

from intranet.finding.counterparts.entries import Counterpart


def counterpart_json(found: Counterpart) -> dict[str, Any]:
    """Return a post elsewhere with its holders and the reasons it was found."""
    post, agency, unit = found.post, found.agency, found.post.unit
    return {
        "post": {
            "id": str(post.id),
            "code": post.code,
            "title": found.title,
            "level": post.level,
            "is_head": post.is_head,
            "unit": {"id": str(unit.id), "code": unit.code, "name": found.unit_name},
            "agency": {
                "code": agency.code,
                "name": found.agency_name,
                "kind": agency.kind.value,
                "population": agency.population,
                "territory": agency.territory,
            },
        },
        "people": [
            {
                "id": str(person["id"]),
                "name": person["name"],
                "photo_url": person["photo_url"],
                "availability": person["availability"],
                "has_account": person["has_account"],
                "open_to_questions": person["is_open"],
            }
            for person in found.people
        ],
        "score": found.score,
        "reasons": list(found.reasons),
    }
