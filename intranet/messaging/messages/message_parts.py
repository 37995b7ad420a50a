"""The post a message is written as, the files it may attach, and the people it mentions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, select

from intranet.delivery.files.models import File
from intranet.delivery.files.queries import uploads
from intranet.extensions import db
from intranet.messaging.conversations import queries as conversation_queries
from intranet.messaging.conversations.access import may_mention_all, speaks_for_post_in
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.post_addresses import posts_at
from intranet.messaging.messages.mention_names import TrueNames
from intranet.messaging.messages.models import BODY_LIMIT, Message
from intranet.messaging.spaces.models import SpaceMember
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import is_current
from intranet.organisation.people.vacancy_readers import reading
from intranet.platform.core import clock
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.errors import Forbidden, Invalid
from intranet.platform.core.html import (
    BodyMention,
    Rendered,
    post_addresses,
    render_markdown,
    with_true_names,
)
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import optional_text
from intranet.platform.core.types import NOW, Localized, among, id_parameter


@dataclass(frozen=True)
class MessageVoice:
    """The post that a message is written as, with its caption in the agency's language."""

    post_id: UUID | None
    caption: str


@dataclass(frozen=True)
class HeldPost:
    """A post that a person holds now, and whether it makes them a member of a space."""

    post_id: UUID
    caption: str
    is_here: bool


def voice_of(
    author: Person,
    conversation: Conversation,
    post_id: UUID | None,
    held: Sequence[HeldPost] | None = None,
) -> MessageVoice:
    """Return the post that the author writes as.

    If they choose none, it is the post to which the conversation belongs, if they speak for it;
    else the post that makes them a member of the channel, else their oldest post.

    Args:
        held: the posts that the author holds now, if known.

    Raises:
        Invalid: they do not hold the chosen post, or take part only for the post whose
            conversation it is.
    """
    if speaks_for_post_in(author, conversation):
        if post_id in {None, conversation.post_id}:
            return MessageVoice(conversation.post_id, caption(conversation.post))
        if author.id not in conversation_queries.participant_ids(conversation):
            raise Invalid(
                {"post_id": _l("In this conversation, you must write as the post it belongs to.")}
            )
    if held is None:
        held = posts_held_by([author.id], conversation).get(author.id, ())
    if post_id is not None:
        chosen = next((each for each in held if each.post_id == post_id), None)
        if chosen is None:
            raise Invalid({"post_id": _l("You do not hold this post at present.")})
    elif held:
        chosen = next((each for each in held if each.is_here), held[0])
    else:
        return MessageVoice(None, "")
    return MessageVoice(chosen.post_id, chosen.caption)


def posts_held_by(
    person_ids: Collection[UUID], conversation: Conversation
) -> dict[UUID, list[HeldPost]]:
    """Return the posts that each of these people holds now, the oldest first, in one query."""
    found: dict[UUID, list[HeldPost]] = {}
    for row in execute_prepared(
        _held(), person_ids=list(person_ids), space_id=conversation.space_id
    ):
        unit = row.unit_name if row.parent_id else None
        called = _caption(row.title, unit, row.agency, row.languages[0])
        one = HeldPost(row.post_id, called, is_here=row.is_here)
        found.setdefault(row.person_id, []).append(one)
    return found


@cache
def _held() -> Select[Any, *tuple[Any, ...]]:
    is_here = exists().where(
        SpaceMember.space_id == id_parameter("space_id"),
        SpaceMember.person_id == Appointment.person_id,
        SpaceMember.appointment_id == Appointment.id,
    )
    return (
        select(
            Appointment.person_id,
            Appointment.post_id,
            Post.title,
            Unit.parent_id,
            Unit.name.label("unit_name"),
            Agency.name.label("agency"),
            Agency.languages,
            is_here.label("is_here"),
        )
        .join(Post, Post.id == Appointment.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .join(Agency, Agency.id == Unit.agency_id)
        .where(among(Appointment.person_id, "person_ids"), is_current(NOW))
        .order_by(Appointment.since, Appointment.id)
    )


def caption(post: Post | None) -> str:
    """Return the names of post, unit and agency now, in the agency's own language."""
    if post is None:
        return ""
    unit: Unit = post.unit
    name = unit.name if unit.parent_id else None
    return _caption(post.title, name, unit.agency.name, unit.agency.language)


def _caption(title: Localized, unit: Localized | None, agency: Localized, language: str) -> str:
    parts = filter(None, (title, unit, agency))
    return " · ".join(part.text(language) for part in parts)


def near_caption(caption: str, agency: Agency | None) -> str:
    """Return the caption for a reader of this agency, without its name and without repeats."""
    own = f" · {agency.name.text(agency.language)}" if agency else ""
    return without_repeats(caption.removesuffix(own))


def without_repeats(caption: str) -> str:
    """Return the caption without a unit that has the same name as the post."""
    return " · ".join(dict.fromkeys(caption.split(" · ")))


def body_and_html(author: Person, conversation_id: UUID, body: str) -> tuple[str, Rendered]:
    """Return the body to store, with the true names of those it mentions, and its HTML.

    The address of a post mentions the post, whether it is chosen from a list or typed.

    Raises:
        Invalid: with the true names it is too long.
    """
    names = TrueNames(author, conversation_id, body)
    body = optional_text(with_true_names(body, names.words_for), "body", BODY_LIMIT)
    posts = posts_at(author, post_addresses(body))
    return body, render_markdown(body, resolve_mention=names.words_for, posts=posts)


def parent_in(conversation: Conversation, parent_id: UUID) -> Message:
    """Return the message that begins the thread, since replies go only one level deep.

    Raises:
        Invalid: it is not in this conversation.
    """
    parent = db.session.get(Message, parent_id)
    if parent is None or parent.conversation_id != conversation.id:
        raise Invalid(
            {"parent_id": _l("The message you are replying to is not in this conversation.")}
        )
    if parent.parent_id is None:
        return parent
    return db.session.get_one(Message, parent.parent_id)


def own_files(author: Person, file_ids: Sequence[UUID]) -> list[File]:
    """List the author's uploads in the order given; none is attached to a message yet.

    Raises:
        Invalid: one is not theirs or was sent already.
    """
    found = uploads(author, file_ids) if file_ids else []
    if len(found) != len(file_ids) or len(set(file_ids)) != len(file_ids):
        raise gone_file()
    return found


def gone_file() -> Invalid:
    """Return the refusal of a file that is not the author's, or is no longer there to send."""
    return Invalid({"file_ids": _l("One of the files no longer exists. Attach it again.")})


def mentioned_people(
    author: Person, conversation: Conversation, mentions: Sequence[BodyMention]
) -> set[UUID]:
    """Return the ids of the people who are mentioned and can read the conversation.

    Raises:
        Forbidden: `@channel` is reserved here for heads and the speakers they name.
    """
    if any(mention["kind"] == "channel" for mention in mentions):
        if not may_mention_all(author, conversation):
            raise Forbidden(
                _l(
                    "Only heads and the people they authorise can mention everyone here "
                    "with @channel."
                )
            )
        return set(conversation_queries.reader_ids(conversation)) - {author.id}
    wanted = set().union(*_addressed(mentions))
    return conversation_queries.readers_among(conversation, wanted) - {author.id}


def unreached(conversation: Conversation, mentions: Sequence[Mapping[str, Any]]) -> list[str]:
    """List the mentions of people and posts who cannot read the conversation, as written."""
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
    """List mentioned posts that cannot read the conversation, so the author can write to them."""
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
    """Return by message the mentioned posts that cannot read the conversation, in few queries."""
    named = {
        row.id: {mention["id"]: mention["text"] for mention in row.mentions if _is_of_post(mention)}
        for row in messages
    }
    posts = {UUID(id_) for texts in named.values() for id_ in texts}
    if not posts:
        return {}
    people = {
        str(id_): {person.id for person in found.people}
        for id_, found in reading(posts, clock.now()).items()
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
    """Return, for each mention, the ids of the person or of those who speak for the post now."""
    ids = [UUID(mention["id"]) for mention in mentions]
    posts = {id_ for id_, mention in zip(ids, mentions, strict=True) if mention["kind"] == "post"}
    answers = reading(posts, clock.now()) if posts else {}
    return [
        {person.id for person in answers[id_].people} if mention["kind"] == "post" else {id_}
        for id_, mention in zip(ids, mentions, strict=True)
    ]
