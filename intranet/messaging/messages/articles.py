"""Messages as HTML, each rendered once for all readers to whom it looks the same."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from markupsafe import Markup

from intranet.platform.core.fragments import RenderedFragments, render_alone

MAX_ARTICLES = 4_000
"""The articles that a process keeps: some 3 KB each."""

_articles = RenderedFragments(MAX_ARTICLES)
_patterns = RenderedFragments(most=5)


def message_article(
    message: Mapping[str, Any],
    conversation_id: UUID,
    *,
    continued: bool = False,
    prefix: str = "m",
    target_seq: int | None = None,
    saved_ids: Collection[str] = (),
) -> Markup:
    """Return the HTML of a message as `message_views` gives it.

    Args:
        continued: the name is not repeated, since the message before is by the same author.
        prefix: of the element's id: "m" in the log, "t" in a thread, "p" among what is pinned.
        target_seq: the sequence number of the message that the page is about.
        saved_ids: ids of the messages that the reader saved.
    """
    given = {
        "message": message,
        "conversation_id": str(conversation_id),
        "continued": continued,
        "prefix": prefix,
        "is_target": message["seq"] == target_seq,
        "is_saved": message["id"] in saved_ids,
    }
    template = "messaging/messages/_message.html"
    if message["in_place"]:  # a poll has a form with a token of this session
        return Markup(render_alone(template, **given))  # noqa: S704 - a template escapes
    return _articles.render(template, **given)


def message_patterns() -> Markup:
    """Return the patterns from which scripts make messages, in the reader's language."""
    return _patterns.render("messaging/messages/_common_patterns.html")
