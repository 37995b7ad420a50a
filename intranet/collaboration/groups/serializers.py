"""Groups as JSON."""

from typing import Any

from intranet.collaboration.groups.models import Group
from intranet.platform.core.web import current_language


def group_json(group: Group, *, people: int, is_member: bool) -> dict[str, Any]:
    """Serialise a group for people who may know of it."""
    space, language = group.space, current_language()
    owner = space.owner_post
    return {
        "id": str(group.space_id),
        "url": f"/groups/{group.space_id}",
        "name": space.title.text(language, group.language),
        "purpose": group.purpose,
        "language": group.language,
        "agency": space.agency.code,
        "owner": {"id": str(owner.id), "title": owner.title.text(language, space.agency.language)}
        if owner
        else None,
        "joining": group.joining.value,
        "is_listed": group.is_listed,
        "reach": space.reach.value if space.reach else None,
        "topics": [row.function_code for row in group.topics],
        "people": people,
        "is_member": is_member,
        "is_archived": space.archived_at is not None,
    }


def detail_json(group: Group, *, people: int, is_member: bool) -> dict[str, Any]:
    """Serialise a group with its texts; the membership rule only for members."""
    return {
        **group_json(group, people=people, is_member=is_member),
        "welcome": group.welcome if is_member else "",
        "rules": group.rules,
        "audience": group.space.audience if is_member else None,
        "version": group.version,
    }
