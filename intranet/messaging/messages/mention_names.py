"""Replace the names in mentions with the true ones, whatever the writer typed."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.conversations import queries as conversation_queries
from intranet.messaging.conversations.models import Conversation
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.access import findable_among, holds_any_post, is_open_to
from intranet.organisation.people.models import Person
from intranet.platform.core.html import BodyMention, bare, mentions_in

EVERYBODY = "channel"
"""The name that mentions everyone in a conversation, in each language."""


class TrueNames:
    """The names of those a body mentions, as far as its author may know them."""

    def __init__(self, author: Person, conversation_id: UUID, body: str) -> None:
        """Look up all names at once; a body without mentions needs no query."""
        mentions = mentions_in(body)
        self._conversation_id = str(conversation_id)
        self._people = _names_of_people(author, conversation_id, _ids(mentions, "person"))
        self._posts = _names_of_posts(author, _ids(mentions, "post"))

    def words_for(self, mention: BodyMention) -> str | None:
        """Return the text for a mention; None if the author knows nobody by that id.

        A post may be mentioned by its title in any of its languages.
        """
        if mention["kind"] == "channel":
            return EVERYBODY if mention["id"] == self._conversation_id else None
        if mention["kind"] == "person":
            return self._people.get(mention["id"])
        titles = self._posts.get(mention["id"])
        if not titles:
            return None
        return mention["text"] if mention["text"] in map(bare, titles) else titles[0]


def _ids(mentions: Sequence[BodyMention], kind: str) -> set[UUID]:
    return {UUID(mention["id"]) for mention in mentions if mention["kind"] == kind}


def _names_of_people(
    author: Person, conversation_id: UUID, ids: Collection[UUID]
) -> dict[str, str]:
    if not ids:
        return {}
    known = findable_among(author, ids) if holds_any_post(author) else set()
    if others := set(ids) - known:
        known |= _readers_beside(author, conversation_id, others)
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(known)))
    return {str(row.id): row.name for row in rows}


def _readers_beside(author: Person, conversation_id: UUID, ids: set[UUID]) -> set[UUID]:
    """Return which of these people read the conversation, if the author does."""
    conversation = db.session.get(Conversation, conversation_id)
    if conversation is None:
        return set()
    there = conversation_queries.readers_among(conversation, ids | {author.id})
    return there & ids if author.id in there else set()


def _names_of_posts(author: Person, ids: Collection[UUID]) -> dict[str, list[str]]:
    """Return the titles of each post in its languages, that of its agency first."""
    if not ids:
        return {}
    rows = db.session.execute(
        select(Post.id, Post.title, Agency.languages)
        .join(Agency, Agency.id == Post.agency_id)
        .where(Post.id.in_(ids), is_open_to(author))
    )
    return {str(row.id): [row.title.text(row.languages[0]), *row.title.values()] for row in rows}
