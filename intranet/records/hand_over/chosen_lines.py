"""The leaver's own things, which pass only if they choose so: drafts, saved posts and messages.

Direct messages never pass, so nothing said in one can be chosen.
"""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from intranet.extensions import db
from intranet.finding.counterparts.models import KeptPost
from intranet.finding.counterparts.operations import save_post, saved_post
from intranet.messaging.conversations.access import get_conversation, readable_among
from intranet.messaging.conversations.models import Conversation, ConversationKind
from intranet.messaging.conversations.post_readers import post_and_unit
from intranet.messaging.messages.access import get_message
from intranet.messaging.messages.drafting import draft_at, save_draft
from intranet.messaging.messages.models import BODY_LIMIT, Message, MessageDraft, SavedMessage
from intranet.messaging.messages.saving import save_message
from intranet.platform.core.html import plain_text
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.unit_of_work import Work
from intranet.publishing.publications.models import ARTICLE, Publication
from intranet.records.hand_over.line_kinds import (
    MAX_LINES,
    HandOverItem,
    HandOverScope,
    HandOverSection,
    LineKind,
    declare,
    way,
)
from intranet.records.hand_over.publication_lines import found, titles_now

DRAFT, ARTICLE_DRAFT, SAVED_POST, SAVED_MESSAGE = "draft", "article", "saved_post", "saved"
PREVIEW_CHARACTERS = 100


def _chosen(
    scope: HandOverScope,
    kind: str,
    own: ColumnElement[bool],
    key: InstrumentedAttribute[UUID],
) -> ColumnElement[bool]:
    """Return the condition for the leaver's own things: they see all, others what was given."""
    if scope.viewer.id == scope.leaver.id:
        return own
    return own & key.in_(scope.offered.get(kind, ()))


def _drafts(scope: HandOverScope) -> list[HandOverItem]:
    """Return drafts of messages to those who write to the post."""
    own = (MessageDraft.person_id == scope.leaver.id) & (Conversation.post_id == scope.post.id)
    rows = db.session.scalars(
        select(MessageDraft)
        .join(Conversation, Conversation.id == MessageDraft.conversation_id)
        .where(_chosen(scope, DRAFT, own, MessageDraft.id))
        .order_by(MessageDraft.updated_at.desc(), MessageDraft.id)
        .limit(MAX_LINES)
    ).all()
    return [
        HandOverItem(
            DRAFT,
            row.id,
            plain_text(row.body)[:PREVIEW_CHARACTERS],
            _("Draft of a message"),
            icon="pencil",
        )
        for row in rows
    ]


def _take_draft(work: Work, scope: HandOverScope, draft_id: UUID) -> None:
    """Add the draft to the successor's own at that place; the leaver's ends."""
    row = work.locked(MessageDraft, draft_id)
    talk = get_conversation(scope.viewer, row.conversation_id)
    there = draft_at(scope.viewer, row.place)
    words = f"{there.body}\n\n{row.body}" if there else row.body
    save_draft(scope.viewer, talk, words[:BODY_LIMIT], parent_id=row.parent_id)
    work.delete(row)


def _articles(scope: HandOverScope) -> list[HandOverItem]:
    """Return articles that the leaver has not published, of which only they see the draft."""
    own = (
        (Publication.kind == ARTICLE)
        & (Publication.created_by_id == scope.leaver.id)
        & (Publication.post_id == scope.post.id)
        & Publication.published_at.is_(None)
        & Publication.employee_article.has()
    )
    rows = found(_chosen(scope, ARTICLE_DRAFT, own, Publication.id))
    titles = titles_now(rows)
    return [
        HandOverItem(
            ARTICLE_DRAFT,
            row.id,
            titles[row.id] or _("Untitled"),
            _("Draft of an article"),
            icon="newspaper",
        )
        for row in rows
    ]


def _take_article(work: Work, scope: HandOverScope, publication_id: UUID) -> None:
    row = work.locked(Publication, publication_id)
    if row.created_by_id == scope.leaver.id and row.published_at is None:
        row.created_by_id, row.post_id = scope.viewer.id, (scope.heir or scope.post).id


def _saved_posts(scope: HandOverScope) -> list[HandOverItem]:
    own = KeptPost.person_id == scope.leaver.id
    rows = db.session.scalars(
        select(KeptPost)
        .where(_chosen(scope, SAVED_POST, own, KeptPost.id))
        .order_by(KeptPost.list_name, KeptPost.created_at, KeptPost.id)
        .limit(MAX_LINES)
    ).all()
    return [
        HandOverItem(
            SAVED_POST,
            row.id,
            post_and_unit(row.post),
            row.note or _("Saved post"),
            way("directory.post", post_id=row.post_id),
            "bookmark",
        )
        for row in rows
    ]


def _take_saved_post(work: Work, scope: HandOverScope, kept_id: UUID) -> None:
    """Save the post for the successor too, with its note, unless they saved it themselves."""
    row = work.locked(KeptPost, kept_id)
    if saved_post(scope.viewer, row.post_id) is None:
        save_post(scope.viewer, row.post, list_name=row.list_name, note=row.note)


def _saved_messages(scope: HandOverScope) -> list[HandOverItem]:
    """Return saved messages, without those of direct messages; the reader sees what they read."""
    own = (SavedMessage.person_id == scope.leaver.id) & SavedMessage.done_at.is_(None)
    rows = db.session.scalars(_kept().where(_chosen(scope, SAVED_MESSAGE, own, Message.id))).all()
    open_to = readable_among(scope.viewer, [row.conversation_id for row in rows])
    return [_saved_item(row) for row in rows if row.conversation_id in open_to]


def _kept() -> Select[Message]:
    return (
        select(Message)
        .join(SavedMessage, SavedMessage.message_id == Message.id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Conversation.kind != ConversationKind.DIRECT, Message.deleted_at.is_(None))
        .options(joinedload(Message.author))
        .order_by(SavedMessage.saved_at.desc(), Message.id)
        .limit(MAX_LINES)
    )


def _saved_item(row: Message) -> HandOverItem:
    return HandOverItem(
        SAVED_MESSAGE,
        row.id,
        plain_text(row.said)[:PREVIEW_CHARACTERS],
        _("Saved message by %(name)s", name=row.author.name),
        way("messages.one", conversation_id=row.conversation_id, seq=row.seq),
        "bookmark",
    )


def _take_saved_message(_work: Work, scope: HandOverScope, message_id: UUID) -> None:
    save_message(scope.viewer, get_message(scope.viewer, message_id))


for _name, _word, _icon, _lines, _take in (
    (DRAFT, _l("Draft of a message"), "pencil", _drafts, _take_draft),
    (ARTICLE_DRAFT, _l("Draft of an article"), "newspaper", _articles, _take_article),
    (SAVED_POST, _l("Saved post"), "bookmark", _saved_posts, _take_saved_post),
    (SAVED_MESSAGE, _l("Saved message"), "bookmark", _saved_messages, _take_saved_message),
):
    declare(
        LineKind(
            name=_name,
            word=_word,
            icon=_icon,
            section=HandOverSection.GIVEN,
            lines=_lines,
            take=_take,
            is_chosen=True,
        )
    )
