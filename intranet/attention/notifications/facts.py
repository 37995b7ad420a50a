"""The content of notifications: actors, sentence, quoted words and place.

The page, the API, mail, push and the digest all use it. A notification whose subject the reader may
no longer see has no content. The number of queries does not grow with the list.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from intranet.attention.notifications.grouping import OF_MESSAGES, Actor, Acts, alone, gather
from intranet.attention.notifications.labels import PLACES
from intranet.attention.notifications.lookups import (
    Published,
    known_groups,
    people_by_id,
    posts_by_id,
    readable_publications,
    threads_of,
    titles_of_drafts,
    waiting_for_approval_by,
)
from intranet.attention.notifications.models import BY_PATH, Kind, Notification
from intranet.attention.notifications.path_words import words_by_path
from intranet.attention.notifications.quotes import MAX_CHARACTERS, quotes
from intranet.attention.notifications.sentence import Sentence, sentence
from intranet.messaging.conversations.access import readable_among
from intranet.messaging.conversations.discussions import DiscussionSubject, subjects_among
from intranet.messaging.conversations.listing import space_name
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.post_readers import post_and_unit
from intranet.messaging.messages.models import Message
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.platform.core.html import plain_text
from intranet.platform.core.web import current_language
from intranet.publishing.publications.kinds import kind_of
from intranet.publishing.publications.models import (
    Publication,
)
from intranet.publishing.publications.view_models import origin_of as space_of

THREAD_CHARACTERS = 60
"""How many characters of its first message are used as the name of a thread."""

OWN = frozenset({"answered", "idea_status", "idea_answer"})
"""Acts with another sentence for the author of the thing."""

PAGES = {
    "showcase_proposed": "/showcase",
    "article_submitted": "/approval",
    "article_returned": "/edit",
}
"""Acts that are answered on a subpage of the publication."""


@dataclass(frozen=True)
class NotificationFact:
    """The content of one row for every channel; the newest actor is first.

    `message` is the one quoted, which need not be the one that made the row; `newest_person` is
    the first of `actors` where that is a person.
    """

    row: Notification
    sentence: Sentence
    path: str
    words: str = ""
    section: str = ""
    where: str = ""
    actors: Sequence[Actor] = ()
    speaker: str = ""
    number: int = 1
    has_mention: bool = False
    due_on: date | None = None
    message: Message | None = None
    newest_person: Person | None = None


@dataclass(frozen=True)
class _Known:
    """Everything looked up for all rows together."""

    person: Person
    acts: Mapping[UUID, Acts]
    publications: Mapping[UUID, Published]
    conversations: Mapping[UUID, Conversation]
    held: Mapping[UUID, DiscussionSubject]
    groups: Mapping[UUID, Space]
    people: Mapping[UUID, Person]
    posts: Mapping[UUID, Post]
    quotes: Mapping[tuple[str, UUID], str]
    threads: Mapping[UUID, Message]
    drafts: Mapping[UUID, str]
    to_approve: Collection[UUID]
    words: Mapping[UUID, str]

    def names(self, actors: Sequence[Actor]) -> list[str]:
        """Return the names of actors, each once; a post that acts is named by its unit."""
        language = current_language()
        found = []
        for person_id, post_id in actors:
            if post_id and post_id in self.posts:
                unit = self.posts[post_id].unit
                found.append(unit.name.text(language, unit.agency.language))
            elif person_id and person_id in self.people:
                found.append(self.people[person_id].name)
        return list(dict.fromkeys(found))


def facts_of(
    person: Person, rows: Sequence[Notification], *, is_grouped: bool = True
) -> list[NotificationFact]:
    """Return the content of these rows of one person, without what they may no longer see."""
    if not rows:
        return []
    known = _known(person, rows, gather(rows) if is_grouped else alone(rows))
    facts = [fact for row in rows if (fact := _fact(row, known))]
    return [replace(fact, newest_person=_newest_person(fact, known)) for fact in facts]


def _newest_person(fact: NotificationFact, known: _Known) -> Person | None:
    person_id = fact.actors[0][0] if fact.actors else None
    return known.people.get(person_id) if person_id else None


def _known(person: Person, rows: Sequence[Notification], acts: Mapping[UUID, Acts]) -> _Known:
    publications = readable_publications(
        person, {row.publication_id for row in rows if row.publication_id}
    )
    conversation_ids = {
        row.conversation_id for row in rows if row.conversation_id and not row.publication_id
    }
    conversations = readable_among(person, conversation_ids) if conversation_ids else {}
    by_reason: dict[str, set[UUID]] = defaultdict(set)
    for row in rows:
        if row.publication_id and row.publication_id in publications:
            by_reason[row.why].add(row.publication_id)
    actors = {actor for each in acts.values() for actor in each.actors}
    return _Known(
        person=person,
        acts=acts,
        publications=publications,
        conversations=conversations,
        held=subjects_among(conversations.values()),
        groups=known_groups(person, {row.space_id for row in rows if row.space_id}),
        people=people_by_id({person_id for person_id, _post_id in actors if person_id}),
        posts=posts_by_id(
            {post_id for _person_id, post_id in actors if post_id}
            | {row.post_id for row in conversations.values() if row.post_id}
        ),
        quotes=quotes(by_reason),
        threads=threads_of(rows),
        drafts=titles_of_drafts(publications.values()),
        to_approve=waiting_for_approval_by(person, by_reason.get("article_submitted", ())),
        words=words_by_path(person, rows),
    )


def _fact(row: Notification, known: _Known) -> NotificationFact | None:
    if row.kind in BY_PATH:
        section = str(PLACES[row.kind.value])
        said = sentence(row.why, known.names(known.acts[row.id].actors))
        words, actors = known.words.get(row.id, ""), known.acts[row.id].actors
        return NotificationFact(row, said, row.path, words, section, actors=actors)
    if row.publication_id:
        found = known.publications.get(row.publication_id)
        return _of_publication(row, found, known) if found else None
    if row.space_id:
        space = known.groups.get(row.space_id)
        return _of_group(row, space, known) if space else None
    return _of_message(row, known)


def _of_group(row: Notification, space: Space, known: _Known) -> NotificationFact:
    return NotificationFact(
        row,
        sentence(row.why, known.names(known.acts[row.id].actors), space_name(space)),
        f"/groups/{space.id}",
        section=str(PLACES["group"]),
        actors=known.acts[row.id].actors,
    )


def _of_publication(row: Notification, found: Published, known: _Known) -> NotificationFact:
    publication, version = found
    language, own = current_language(), publication.agency.language
    path = f"/p/{publication.id}"
    section = str(kind_of(publication).plural)
    if publication.withdrawn_at:
        if publication.hidden_at:
            return NotificationFact(row, sentence("hidden", ()), path, section=section)
        reason = publication.withdrawn_reason
        return NotificationFact(row, sentence("withdrawn", ()), path, reason, section=section)
    title = version.title.text(language, own) if version else known.drafts.get(publication.id, "")
    if row.kind == Kind.WRITING:
        return NotificationFact(row, sentence("held", (), title), f"{path}/edit", section=section)
    acts = known.acts[row.id]
    hidden_id = publication.created_by_id if publication.is_unnamed else None
    actors = [actor for actor in acts.actors if hidden_id is None or actor[0] != hidden_id]
    names = known.names(actors)
    if row.message_id:
        is_there = acts.message is not None and acts.message.deleted_at is None
        words = plain_text(acts.message.said, MAX_CHARACTERS) if acts.message and is_there else ""
    else:
        words = known.quotes.get((row.why, publication.id), "") or _note(row, publication, known)
        words = words or (version.summary.text(language, own) if version else "")
    return NotificationFact(
        row,
        sentence(_act_of(row, publication, known.person), names, title),
        path + _page(row, publication, known),
        words,
        section,
        space_of(publication),
        actors,
        names[0] if names else "",
        acts.number,
        acts.has_mention,
        publication.announcement.due_on if row.kind in {Kind.TO_CONFIRM, Kind.REMINDER} else None,
        acts.message if row.message_id else None,
    )


def _page(row: Notification, publication: Publication, known: _Known) -> str:
    """Return the publication's subpage on which the reader can respond; empty if they cannot."""
    if row.why == "article_submitted" and publication.id not in known.to_approve:
        return ""
    return PAGES.get(row.why, "")


def _note(row: Notification, publication: Publication, known: _Known) -> str:
    """Return the review note between author and approver, if it is addressed to the reader.

    Other readers notified of the same publication must not see it. Nor must a former approver, who
    keeps the notification of an earlier correction, see the note of a later one.
    """
    is_author = publication.created_by_id == known.person.id and publication.submitted_at is None
    is_for_author = row.why == "article_returned" and is_author
    is_for_approver = row.why == "article_submitted" and publication.id in known.to_approve
    article = publication.employee_article if is_for_author or is_for_approver else None
    return article.review_note if article else ""


def _act_of(row: Notification, publication: Publication, reader: Person) -> str:
    """Return the key of the sentence, by the kind and by whether the reader is the author."""
    if row.kind == Kind.TO_CONFIRM:
        return "confirm_again" if row.why == "corrected" else "confirm"
    if row.kind in {Kind.ANNOUNCEMENT, Kind.ARTICLE}:
        return kind_of(publication).published_act
    if row.why in OWN and publication.created_by_id == reader.id:
        return f"{row.why}_own"
    return row.why


def _of_message(row: Notification, known: _Known) -> NotificationFact | None:
    conversation = known.conversations.get(row.conversation_id) if row.conversation_id else None
    acts = known.acts[row.id]
    message = acts.message
    if conversation is None or message is None or message.deleted_at:
        return None
    names, place = known.names(acts.actors), _place_of(conversation, known)
    is_direct = not place
    if row.kind == Kind.THREAD:
        said = _of_thread(message, names, place, known)
    elif row.kind in OF_MESSAGES:
        said = sentence("direct" if is_direct else "channel", names, place, acts.number)
    elif row.kind == Kind.MENTION:
        said = sentence("mention_direct" if is_direct else "mention", names, place)
    else:
        said = sentence(row.why, names, place)
    return NotificationFact(
        row,
        said,
        f"/c/{conversation.id}/m/{message.seq}",
        plain_text(message.said, MAX_CHARACTERS),
        str(PLACES["direct" if is_direct else "messages"]),
        place,
        acts.actors,
        "",
        acts.number,
        acts.has_mention,
        message=message,
    )


def _of_thread(reply: Message, names: Sequence[str], place: str, known: _Known) -> Sentence:
    """Name a thread by the beginning of its first message, or else by its place."""
    begin = known.threads.get(reply.parent_id) if reply.parent_id else None
    words = plain_text(begin.said, THREAD_CHARACTERS) if begin and not begin.deleted_at else ""
    if words:
        return sentence("thread", names, words)
    return sentence("thread_in", names, place or str(PLACES["direct"]))


def _place_of(conversation: Conversation, known: _Known) -> str:
    """Return the name of a conversation, the same for everybody; none for direct messages."""
    if held := known.held.get(conversation.id):
        return held.title.text(current_language(), held.language)
    if conversation.post_id:
        return post_and_unit(known.posts[conversation.post_id])
    if conversation.space is None:
        return ""
    if conversation.name and not conversation.is_main:
        return conversation.name.text(current_language())
    return space_name(conversation.space)
