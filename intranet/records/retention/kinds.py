"""The kinds of content that a rule of retention can name. The audit log is none of them."""

from typing import Final

from intranet.messaging.conversations.models import ConversationKind
from intranet.platform.core.errors import Words
from intranet.platform.core.i18n import _l
from intranet.publishing.publications.kinds import registered

NOTIFICATION: Final = "notification"
OF_MESSAGES = {kind.value: kind for kind in ConversationKind}
_WORDS: dict[str, Words] = {
    "channel": _l("Messages in channels"),
    "direct": _l("Direct messages"),
    "post": _l("Messages to posts"),
    "discussion": _l("Discussions"),
}
WITHOUT_SPACE = frozenset({"direct", "post", NOTIFICATION})
"""Kinds that belong to no space."""


def content_kinds() -> dict[str, Words]:
    """Return each kind with its name, in the order of the page."""
    published = {kind.name: kind.plural for kind in registered()}
    return {**_WORDS, **published, NOTIFICATION: _l("Notifications")}
