"""Conversations in the list column as HTML, rendered once as long as they look the same."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from markupsafe import Markup

from intranet.platform.core.fragments import RenderedFragments

MAX_LINKS = 8_000
"""The links that a process keeps: some 800 bytes each."""

_links = RenderedFragments(MAX_LINKS)


def conversation_link(
    item: Mapping[str, Any], *, current_id: UUID | None, draft_ids: Collection[UUID]
) -> Markup:
    """Return the HTML of a conversation, as `ListedConversation.as_item` gives it.

    Args:
        current_id: the conversation that the page shows.
        draft_ids: ids of the conversations in which the reader has a draft.
    """
    return _links.render(
        "messaging/conversations/_link.html",
        item={name: value for name, value in item.items() if name != "agency"},
        is_current=item["id"] == current_id,
        has_draft=item["id"] in draft_ids,
    )
