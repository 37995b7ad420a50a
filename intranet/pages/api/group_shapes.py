"""JSON schemas of groups."""

from typing import Any

from intranet.pages.api.shaping import NUMBER, TEXT, TEXTS, YES, Properties, shape

GROUP: Properties = {
    **dict.fromkeys(("id", "url", "name", "purpose", "language", "agency"), TEXT),
    "owner": {**shape(id=TEXT, title=TEXT), "type": ["object", "null"]},
    "joining": {"enum": ["open", "request", "invitation"]},
    "is_listed": YES,
    "reach": {"enum": ["agency", "shared", "network", None]},
    "topics": TEXTS,
    "people": NUMBER,
    "is_member": YES,
    "is_archived": YES,
}

GROUPS: dict[str, Any] = {
    "Group": shape(**GROUP),
    "WholeGroup": shape(
        **GROUP,
        welcome=TEXT,
        rules=TEXT,
        audience={"type": ["object", "null"]},
        version=NUMBER,
    ),
}
