"""Messages for a page: the JSON that is the same for all, and what this reader may do."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from markupsafe import Markup

from intranet.extensions import db
from intranet.messaging.conversations.access import Rights
from intranet.messaging.conversations.faces import Face, faces_of
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages import queries
from intranet.messaging.messages.access import may_edit
from intranet.messaging.messages.cards import LinkCard, LinkTarget, cards_for, targets_in
from intranet.messaging.messages.embedded_links import draw_embedded
from intranet.messaging.messages.log_ranges import StretchReaction
from intranet.messaging.messages.message_parts import missed_by, near_caption
from intranet.messaging.messages.models import Message
from intranet.messaging.messages.queries import RecentReply
from intranet.messaging.messages.serializers import forward_json, message_json
from intranet.organisation.accounts.access import current_identity
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core.html import plain_text

PARENT_TEXT_CHARACTERS = 80
SIMPLIFIED = 'class="markdown-plain"'


@dataclass(frozen=True)
class _PageLookups:
    """Everything that is looked up once for all messages of a page."""

    viewer: Person
    agency: Agency | None
    rights: Rights
    faces: Mapping[UUID, Face]
    called: Collection[UUID]
    missed: Mapping[UUID, Sequence[Mapping[str, str]]]
    links: Mapping[UUID, Sequence[LinkTarget]]
    cards: Mapping[LinkTarget, LinkCard]
    in_place: Mapping[UUID, Markup]
    reactions: Mapping[int, Sequence[StretchReaction]] | None


def message_views(
    messages: Sequence[Message],
    viewer: Person,
    rights: Rights,
    reactions: Mapping[int, Sequence[StretchReaction]] | None = None,
) -> list[dict[str, Any]]:
    """Return each message for the template, in the order given, in a constant number of queries.

    Args:
        reactions: those to each message by its sequence number, where they are not loaded with it.
    """
    answers = queries.recent_replies(tuple(row.id for row in messages if row.reply_count))
    people = {row.author_id for row in messages}
    people |= {row.pinned_by_id for row in messages if row.pinned_by_id}
    people |= {row.parent.author_id for row in messages if row.parent}
    people |= {reply.author_id for rows in answers.values() for reply in rows}
    links = {row.id: _links_of(row) for row in messages if not row.deleted_at}
    page = _PageLookups(
        viewer,
        identity.account.home_agency if (identity := current_identity()) else None,
        rights,
        faces_of(people, viewer),
        queries.messages_that_mention(viewer, [row.id for row in messages]),
        _missed(messages, viewer),
        links,
        cards_for(viewer, [target for found in links.values() for target in found]),
        draw_embedded(messages, viewer),
        reactions,
    )
    return [_shown(page, row, answers.get(row.id, [])) for row in messages]


def _shown(page: _PageLookups, message: Message, answers: Sequence[RecentReply]) -> dict[str, Any]:
    viewer, rights, faces = page.viewer, page.rights, page.faces
    apart = page.reactions
    json = message_json(message, None if apart is None else apart.get(message.seq, ()))
    face = faces.get(message.author_id, {})
    return {
        **json,
        "json": {name: value for name, value in json.items() if name != "html"},
        "html": Markup(message.html),  # noqa: S704 - it came out of the sanitiser's door
        "created_at": message.created_at,
        "edited_at": message.edited_at,
        "expired_at": message.deleted_at if message.expired_under else None,
        "author": {
            "id": str(message.author_id),
            "name": message.author.name,
            "caption": near_caption(message.caption, page.agency),
            "photo_url": face.get("photo_url"),
            "availability": face.get("availability"),
            "status": face.get("status"),
        },
        "reply_count": message.reply_count,
        "repliers": _faces(answers, faces),
        "last_reply_at": answers[0].created_at if answers else None,
        **_parent(message),
        "own_reactions": _emoji_of(viewer, json),
        "is_mine": message.author_id == viewer.id,
        "is_addressed": message.id in page.called,
        "can_edit": rights.replies and may_edit(viewer, message),
        "can_delete": not message.deleted_at and (message.author_id == viewer.id or rights.leads),
        "can_pin": rights.pins,
        "can_report": not message.deleted_at and message.author_id != viewer.id,
        "can_reply": rights.replies,
        "can_react": rights.replies,
        "pinned_by": faces[message.pinned_by_id]["name"] if message.pinned_by_id else None,
        "missed": page.missed.get(message.id, ()),
        **_forward(page, message),
        "cards": [
            page.cards[target]
            for target in page.links.get(message.id, ())
            if message.id not in page.in_place
            and target in page.cards
            and target != _origin_of(message)
        ],
        "in_place": page.in_place.get(message.id),
        "simplified": SIMPLIFIED in message.html,
    }


def _emoji_of(viewer: Person, json: Mapping[str, Any]) -> list[str]:
    """List the emoji with which the viewer has reacted to a message."""
    own = str(viewer.id)
    return [given["emoji"] for given in json.get("reactions", ()) if own in given["people"]]


def _links_of(message: Message) -> list[LinkTarget]:
    """List the pages to look up for a message: those it links to, and its original."""
    origin = _origin_of(message)
    return [*targets_in(message.html), *([origin] if origin else [])]


def _origin_of(message: Message) -> LinkTarget | None:
    carried = message.forward
    return LinkTarget("c", str(carried.conversation_id), carried.seq) if carried else None


def _forward(page: _PageLookups, message: Message) -> dict[str, Any]:
    """Return the forwarded words, with a link to the original only if the viewer may read it."""
    carried, origin = message.forward, _origin_of(message)
    if carried is None or origin is None:
        return {"forward": None}
    shown_files = forward_json(carried)["forwarded"]["files"]
    is_there = carried.withdrawn_at is None
    return {
        "forward": {
            "author_name": carried.author_name,
            "place": carried.place or carried.caption,
            "said_at": carried.said_at,
            "html": Markup(carried.html if is_there else ""),  # noqa: S704 - out of the sanitiser's door
            "files": shown_files,
            "withdrawn": not is_there,
            "href": origin.path if origin in page.cards else None,
        }
    }


def _missed(
    messages: Sequence[Message], viewer: Person
) -> Mapping[UUID, Sequence[Mapping[str, str]]]:
    """Return the posts that the viewer's own messages mention and that cannot read them.

    The page tells the author, and offers to send the message there.
    """
    own = [row for row in messages if row.author_id == viewer.id and not row.deleted_at]
    if not any(row.mentions for row in own):
        return {}
    return missed_by(db.session.get_one(Conversation, own[0].conversation_id), own)


def _parent(message: Message) -> dict[str, Any]:
    parent = message.parent
    if parent is None:
        return {"parent_seq": None, "parent_author": "", "parent_text": ""}
    text = plain_text(parent.said)
    return {
        "parent_seq": parent.seq,
        "parent_author": parent.author.name,
        "parent_text": text[:PARENT_TEXT_CHARACTERS],
    }


def _faces(answers: Sequence[RecentReply], faces: Mapping[UUID, Face]) -> list[Face]:
    authors = dict.fromkeys(reply.author_id for reply in answers)
    return [faces[author_id] for author_id in authors if author_id in faces]


def _cards(page: _PageLookups, message: Message) -> list[LinkCard]:
    """List the cards under a message, except that of its original; none if it is drawn in place."""
    if message.id in page.in_place:
        return []
    origin = _origin_of(message)
    targets = page.links.get(message.id, ())
    return [page.cards[target] for target in targets if target in page.cards and target != origin]
