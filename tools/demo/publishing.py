"""The articles of the story, published and discussed, and what its people follow."""

import io
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from intranet.delivery.files.media import add_captions, set_poster
from intranet.delivery.files.models import CaptionsKind, File
from intranet.delivery.files.operations import describe_at_length, store_upload, store_video
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.posting import post_message
from intranet.messaging.spaces.models import Visibility
from intranet.messaging.spaces.queries import space_of_unit
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.ids import uuid7
from intranet.publishing.publications.access import require_voice
from intranet.publishing.publications.follows import FollowKind
from intranet.publishing.publications.models import (
    ARTICLE,
    FileRole,
    Publication,
)
from intranet.publishing.publications.operations.approving import submit
from intranet.publishing.publications.operations.attaching import attach
from intranet.publishing.publications.operations.drafting import (
    Choices,
    Written,
    create_draft,
    save_draft,
)
from intranet.publishing.publications.operations.following import follow
from intranet.publishing.publications.operations.publishing import publish
from tools.demo.articles import Article, Media
from tools.demo.files import stream
from tools.demo.settling import LoadedStory
from tools.demo.talking import addressed

WRITTEN_BEFORE = timedelta(minutes=50)


def publish_article(said: Article, settled: LoadedStory) -> Publication:
    """Write an article with its files, publish or submit it, and post its discussion."""
    author, at = settled.people[said.by], settled.calendar.instant(said.at)
    with clock.freeze(at - WRITTEN_BEFORE):
        draft = _written(author, said, settled)
    with clock.freeze(at):
        if said.is_submitted:
            return submit(author, draft, "", edition=draft.edition)
        publish(author, draft, edition=draft.edition)
    _discuss(draft, said, settled)
    return draft


def let_follow(person: str, kind: str, subject: str, settled: LoadedStory) -> None:
    """Make a person follow a person or a unit by its key, or a topic by its code."""
    if kind == FollowKind.PERSON:
        subject = settled.people[subject].id.hex
    elif kind == FollowKind.UNIT:
        subject = settled.units[subject].id.hex
    follow(settled.people[person], FollowKind(kind), subject)


def _written(author: Person, said: Article, settled: LoadedStory) -> Publication:
    space = space_of_unit(settled.units[said.unit].id)
    space_id = space.id if space else None
    voice = require_voice(author, space_id, kind=ARTICLE)
    draft = create_draft(author, ARTICLE, voice)
    ids: dict[str, UUID] = {}
    for media in said.files:
        file = _stored(author, media)
        attach(author, draft, file.id, FileRole(media.role), edition=draft.edition)
        ids[media.name] = file.id
    texts = {
        language: Written(title, _placed(body, ids))
        for language, (title, body) in said.texts.items()
    }
    choices = Choices(
        visibility=Visibility(said.visibility), has_discussion=True, topics=said.topics
    )
    return save_draft(author, draft, texts, choices, edition=draft.edition)


def _stored(author: Person, media: Media) -> File:
    content = io.BytesIO(stream(media.name))
    if media.role == FileRole.VIDEO:
        file = store_video(author, content, media.name)
    else:
        file = store_upload(author, content, media.name, alternative=media.words)
    db.session.flush()  # the next calls read the row
    if media.long:
        describe_at_length(file, media.long)
    for language, name in media.captions:
        add_captions(file, stream(name), language=language, kind=CaptionsKind.CAPTIONS)
    if media.poster:
        set_poster(file, io.BytesIO(stream(media.poster)))
    db.session.flush()
    return file


def _placed(body: str, ids: Mapping[str, UUID]) -> str:
    for name, file_id in ids.items():
        body = body.replace(f"{{{name}}}", str(file_id))
    return body


def _discuss(publication: Publication, said: Article, settled: LoadedStory) -> None:
    talk = db.session.get_one(Conversation, publication.conversation_id)
    moments: list[datetime] = settled.calendar.moments([one.at for one in said.said])
    for one, at in zip(said.said, moments, strict=True):
        with clock.freeze(at):
            text = addressed(one.text, settled)
            post_message(settled.people[one.by], talk.id, text, client_id=uuid7())
