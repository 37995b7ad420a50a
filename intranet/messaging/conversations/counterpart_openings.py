"""How a conversation with a counterpart begins, as its readers see it.

Its data is written by the package that finds counterparts, which stands above this one and
registers how the reasons read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.platform.core.web import current_language

ReasonWriter = Callable[[Sequence[Any]], Sequence[str]]

_writers: list[ReasonWriter] = []


@dataclass(frozen=True)
class Opening:
    """The heading of a conversation started from a counterpart search.

    `words` are those of the search, if any; `is_alike` if both sides do the same work. `count` is
    the number of posts written to together. `text` is a draft that only its starter sees, until
    the first message is posted.
    """

    by_name: str
    is_mine: bool
    post_title: str
    words: str
    is_alike: bool
    count: int
    reasons: Sequence[str]
    text: str


def writes_reasons(writer: ReasonWriter) -> ReasonWriter:
    """Register the function that puts stored reasons into the reader's words."""
    _writers[:] = [writer]
    return writer


def opening_of(reader: Person, talk: Conversation) -> Opening | None:
    """Return the opening of a conversation for one of its readers; None where it has none."""
    data = talk.opening
    if not data:
        return None
    by, post = db.session.get(Person, UUID(data["by"])), db.session.get(Post, UUID(data["post"]))
    if by is None or post is None:
        return None
    is_mine = by.id == reader.id
    return Opening(
        by_name=by.name,
        is_mine=is_mine,
        post_title=post.title.text(current_language(), post.unit.agency.language),
        words=str(data.get("words", "")),
        is_alike=bool(data.get("alike", True)),
        count=int(data.get("count", 1)),
        reasons=_writers[0](data["reasons"]),
        text=str(data["text"]) if is_mine and not talk.last_seq else "",
    )
