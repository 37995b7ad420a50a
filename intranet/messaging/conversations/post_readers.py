"""Answers to "who reads messages to this post?", for its conversation, page and composer."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.models import Person
from intranet.organisation.people.speakers import Answering, Speaker, SpeakerKind
from intranet.organisation.people.vacancy_readers import reading
from intranet.platform.core import clock
from intranet.platform.core.dates import day
from intranet.platform.core.i18n import _
from intranet.platform.core.web import current_language, current_zone

NEW_FOR = timedelta(days=14)
MAX_NAMES = 3


@dataclass(frozen=True)
class PostResponders:
    """The people who answer for a post now, and a sentence that says so."""

    post: Post
    people: tuple[Person, ...]
    sentence: str
    news: str
    covering: Post | None
    has_ended: bool
    is_by_others: bool = False
    """Whether a stand-in or another post answers."""

    @property
    def is_read(self) -> bool:
        """Whether anyone reads messages to the post now."""
        return bool(self.people)

    def includes(self, person: Person) -> bool:
        """Return whether a person is among those who answer."""
        return any(each.id == person.id for each in self.people)


def answers_of(posts: Collection[Post]) -> dict[UUID, PostResponders]:
    """Return the answers for these posts, in a constant number of queries."""
    found = reading([post.id for post in posts], clock.now(), posts)
    return {post.id: _answer(post, found[post.id]) for post in posts}


def answer_of(post: Post) -> PostResponders:
    """Return the answer for one post."""
    return answers_of([post])[post.id]


def post_named(post: Post) -> dict[str, Any]:
    """Return a post for a template: its title, where it is, and its mention."""
    language = current_language()
    agency = post.unit.agency
    return {
        "id": post.id,
        "title": title_of_post(post),
        "unit_name": post.unit.name.text(language, agency.language) if post.unit.parent_id else "",
        "agency_name": agency.name.text(language, agency.language),
        "agency_id": agency.id,
        "address": address_of(post),
    }


def title_of_post(post: Post) -> str:
    """Return the title of a post in the reader's language."""
    return post.title.text(current_language(), post.unit.agency.language)


def post_and_unit(post: Post) -> str:
    """Return the title of a post, with its unit if that says more: `Officer · Licences`."""
    named = post_named(post)
    return " · ".join(dict.fromkeys(filter(None, (named["title"], named["unit_name"]))))


def address_of(post: Post) -> str:
    """Return the address that mentions a post."""
    agency: Agency = post.unit.agency
    return f"@{post.handle}@{agency.handle}"


def _answer(post: Post, found: Answering) -> PostResponders:
    has_ended = not post.is_in_force(clock.today(post.unit.agency.time_zone))
    return PostResponders(
        post=post,
        people=tuple(found.people),
        sentence=_sentence(found, has_ended=has_ended),
        news=_news(found),
        covering=found.by if found.is_covered else None,
        has_ended=has_ended,
        is_by_others=found.is_covered
        or any(row.kind == SpeakerKind.STAND_IN for row in found.speakers),
    )


def _sentence(found: Answering, *, has_ended: bool) -> str:
    """Say who reads messages to the post, and why they do."""
    if not found.speakers:
        if has_ended:
            return _("This post has ended and nobody answers its messages.")
        return _("Nobody holds this post now. Its messages will wait for the next holder.")
    standing = [row for row in found.speakers if row.kind != SpeakerKind.STAND_IN]
    away = [row for row in found.speakers if row.kind == SpeakerKind.STAND_IN]
    if found.by and found.is_covered:
        title = title_of_post(found.by)
        names = _names([row.person for row in standing])
        return _(
            "Nobody holds this post at present. Messages are answered by %(post)s: %(names)s",
            post=title,
            names=names,
        )
    parts = [_stands_in(row) for row in away]
    absent = {row.away.id for row in away if row.away}
    parts += [text for row in standing if row.person.id not in absent and (text := _stands(row))]
    return " · ".join(parts[:MAX_NAMES])


def _stands(row: Speaker) -> str:
    name = row.person.name
    if row.kind == SpeakerKind.ACTING:
        return _("%(name)s is the acting holder of this post", name=name)
    if row.kind == SpeakerKind.SUBSTITUTE:
        return _("%(name)s is the substitute for this post", name=name)
    return _("%(name)s holds this post", name=name)


def _stands_in(row: Speaker) -> str:
    return _(
        "%(away)s is away until %(day)s; %(name)s is answering messages",
        away=row.away.name if row.away else "",
        day=day(row.away_until) if row.away_until else "",
        name=row.person.name,
    )


def _news(found: Answering) -> str:
    """Say who began to answer lately, so that a new name is no surprise; else an empty string."""
    if found.is_covered:
        return ""
    lately = clock.now() - NEW_FOR
    new = [row for row in found.speakers if row.since > lately and row.kind != SpeakerKind.STAND_IN]
    if not new:
        return ""
    latest = max(new, key=lambda row: row.since)
    since = latest.since.astimezone(ZoneInfo(current_zone())).date()
    if since == clock.today(current_zone()):
        return _("From today, %(name)s will answer messages for this post", name=latest.person.name)
    return _(
        "%(name)s has answered messages for this post since %(day)s",
        day=day(since),
        name=latest.person.name,
    )


def _names(people: Collection[Person]) -> str:
    names = list(dict.fromkeys(person.name for person in people))
    return ", ".join(names[:MAX_NAMES])
