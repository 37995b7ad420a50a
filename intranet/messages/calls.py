"""As which post somebody writes, which files are theirs to send, and whom a message calls."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from intranet.agencies.models import Agency, Post, Unit
from intranet.conversations import queries as conversation_queries
from intranet.conversations.access import rights_of, speaks_in
from intranet.conversations.addressing import posts_at
from intranet.conversations.models import Conversation
from intranet.core import clock
from intranet.core.errors import Forbidden, Invalid
from intranet.core.html import Mention, Rendered, post_addresses, render_markdown
from intranet.core.i18n import _l
from intranet.extensions import db
from intranet.files.models import File
from intranet.files.queries import uploads
from intranet.messages.models import Message
from intranet.people.models import Appointment, Person
from intranet.people.queries import current_appointments
from intranet.people.speaking import answering
from intranet.spaces.models import SpaceMember


def written_as(author: Person, conversation: Conversation, post_id: UUID | None) -> Post | None:
    """The post in whose name the author writes.

    Without a choice it is the post whose talk it is, where the author speaks for it, or the one
    that makes them a member of the room, else their oldest.

    Raises:
        Invalid: they do not hold the chosen post, or are here only for the post whose talk it is.
    """
    if speaks_in(author, conversation):
        if post_id in {None, conversation.post_id}:
            return conversation.post
        if author.id not in conversation_queries.participant_ids(conversation):
            raise Invalid({"post_id": _l("In this talk you write as the post it belongs to.")})
    held: Sequence[Appointment] = current_appointments(author.id)
    if post_id is not None:
        for appointment in held:
            if appointment.post_id == post_id:
                return appointment.post
        raise Invalid({"post_id": _l("You do not hold this post at present.")})
    if conversation.space_id:
        here = set(
            db.session.scalars(
                select(SpaceMember.appointment_id).where(
                    SpaceMember.space_id == conversation.space_id,
                    SpaceMember.person_id == author.id,
                )
            )
        )
        held = [row for row in held if row.id in here] or held
    return held[0].post if held else None


def caption(post: Post | None) -> str:
    """Post, unit and agency as they are called now, in the agency's own language."""
    if post is None:
        return ""
    unit: Unit = post.unit
    language = unit.agency.language
    parts = [post.title.text(language)]
    if unit.parent_id:
        parts.append(unit.name.text(language))
    parts.append(unit.agency.name.text(language))
    return " · ".join(parts)


def near_caption(caption: str, agency: Agency | None) -> str:
    """A caption for somebody of that agency: it names other agencies only, and no name twice."""
    own = f" · {agency.name.text(agency.language)}" if agency else ""
    return without_repeats(caption.removesuffix(own))


def without_repeats(caption: str) -> str:
    """A caption to be shown, without a unit that is called as the post."""
    return " · ".join(dict.fromkeys(caption.split(" · ")))


def render(author: Person, body: str) -> Rendered:
    """A body as HTML; the address of a post in it calls the post, chosen from a list or typed."""
    posts = posts_at(author, post_addresses(body))
    return render_markdown(body, posts=posts)


def parent_in(conversation: Conversation, parent_id: UUID) -> Message:
    """The message that begins the thread: replies go one level deep.

    Raises:
        Invalid: it is not in this conversation.
    """
    parent = db.session.get(Message, parent_id)
    if parent is None or parent.conversation_id != conversation.id:
        raise Invalid({"parent_id": _l("What you answer is not in this conversation.")})
    if parent.parent_id is None:
        return parent
    return db.session.get_one(Message, parent.parent_id)


def own_files(author: Person, file_ids: Sequence[UUID]) -> list[File]:
    """The author's uploads, in the order given, none of which hangs on a message yet.

    Raises:
        Invalid: one is not theirs or was sent already.
    """
    found = uploads(author, file_ids) if file_ids else []
    if len(found) != len(file_ids) or len(set(file_ids)) != len(file_ids):
        raise gone_file()
    return found


def gone_file() -> Invalid:
    """The refusal of a file that is not the author's to send, or no more."""
    return Invalid({"file_ids": _l("One of the files is no longer there. Attach it again.")})


def called_people(
    author: Person, conversation: Conversation, mentions: Sequence[Mention]
) -> set[UUID]:
    """Ids of the people whom the mentions call and who read the conversation.

    Raises:
        Forbidden: `@channel` where only heads and those they name ring everybody.
    """
    if any(mention["kind"] == "channel" for mention in mentions):
        if not rights_of(author, conversation).rings:
            raise Forbidden(_l("Here, heads and those they name can call everybody with @channel."))
        return set(conversation_queries.reader_ids(conversation)) - {author.id}
    wanted = set().union(*_addressed(mentions))
    return conversation_queries.readers_among(conversation, wanted) - {author.id}


def unreached(conversation: Conversation, mentions: Sequence[Mapping[str, Any]]) -> list[str]:
    """Whom the mentions name and who cannot read this, as they are written: for the author."""
    named = [mention for mention in mentions if mention["kind"] != "channel"]
    addressed = _addressed(named)
    there = conversation_queries.readers_among(conversation, set().union(*addressed))
    return [
        str(mention["text"])
        for mention, people in zip(named, addressed, strict=True)
        if not people & there
    ]


def unreached_posts(
    conversation: Conversation, mentions: Sequence[Mapping[str, Any]]
) -> list[dict[str, str]]:
    """The posts among them, with id and text: the message can be sent to each instead."""
    posts = [mention for mention in mentions if mention["kind"] == "post"]
    names = set(unreached(conversation, posts)) if posts else set()
    found = {
        mention["id"]: {"id": mention["id"], "text": mention["text"]}
        for mention in posts
        if mention["text"] in names
    }
    return list(found.values())


def missed_by(
    conversation: Conversation, messages: Sequence[Message]
) -> dict[UUID, list[dict[str, str]]]:
    """Of each message, if any: the posts that it names and that cannot read it. Few queries."""
    named = {
        row.id: {mention["id"]: mention["text"] for mention in row.mentions if _is_of_post(mention)}
        for row in messages
    }
    posts = {UUID(id_) for texts in named.values() for id_ in texts}
    if not posts:
        return {}
    people = {
        str(id_): {person.id for person in found.people}
        for id_, found in answering(posts, clock.now()).items()
    }
    there = conversation_queries.readers_among(conversation, set().union(*people.values()))
    missed = {
        message_id: [
            {"id": id_, "text": text} for id_, text in texts.items() if not people[id_] & there
        ]
        for message_id, texts in named.items()
    }
    return {message_id: found for message_id, found in missed.items() if found}


def _is_of_post(mention: Mapping[str, Any]) -> bool:
    return bool(mention["kind"] == "post")


def _addressed(mentions: Sequence[Mapping[str, Any]]) -> list[set[UUID]]:
    """Ids of whom each mention names: a person, or who speaks for a post now. Few queries."""
    ids = [UUID(mention["id"]) for mention in mentions]
    posts = {id_ for id_, mention in zip(ids, mentions, strict=True) if mention["kind"] == "post"}
    answers = answering(posts, clock.now()) if posts else {}
    return [
        {person.id for person in answers[id_].people} if mention["kind"] == "post" else {id_}
        for id_, mention in zip(ids, mentions, strict=True)
    ]
