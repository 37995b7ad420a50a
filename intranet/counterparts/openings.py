"""How a talk with a counterpart begins: why they were found, and a text ready to be sent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Any
from uuid import UUID

from flask_babel import force_locale

from intranet.agencies.models import Post
from intranet.agencies.words import function_name
from intranet.config import LANGUAGES
from intranet.conversations.models import Conversation
from intranet.core.i18n import _
from intranet.core.web import current_language
from intranet.counterparts import reasons as in_words
from intranet.counterparts.ranking import ABOUT_WORK, Reason, Why
from intranet.extensions import db
from intranet.people.access import reach_of
from intranet.people.models import Person, Reach
from intranet.people.queries import current_appointments

WORDS_SHOWN = 80


@dataclass(frozen=True)
class Search:
    """How a counterpart was found: by words, or by the post of one's own that they are like."""

    own_post: Post | None = None
    words: str = ""


@dataclass(frozen=True)
class Opening:
    """What stands at the top of such a talk. `text` is only for who began it, until they wrote.

    `words` are those it was found by, if any; `is_alike` says that both do the same work. Of
    several posts asked together, `count` says how many.
    """

    by_name: str
    is_mine: bool
    post_title: str
    words: str
    is_alike: bool
    count: int
    reasons: Sequence[str]
    text: str


def made(
    writer: Person,
    posts: Sequence[Post],
    people: Collection[Person],
    reasons: Sequence[Reason],
    search: Search,
) -> dict[str, Any]:
    """What is kept with the talk: data, so that everybody reads it in their language.

    The reasons are what both sides have in common, whatever the search was.
    """
    untold = {Why.WORDS} if _shows_languages(writer) else {Why.WORDS, Why.LANGUAGE}
    return {
        "by": str(writer.id),
        "post": str(posts[0].id),
        "count": len(posts),
        "words": shorten(search.words, WORDS_SHOWN, placeholder=" …"),
        "alike": any(each.why in ABOUT_WORK for each in reasons),
        "reasons": in_words.as_data([each for each in reasons if each.why not in untold]),
        "text": _ready_text(writer, posts[0], people, reasons, search),
    }


def opening_of(reader: Person, talk: Conversation) -> Opening | None:
    """The opening of a talk, for one of its readers."""
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
        reasons=in_words.said(in_words.from_data(data["reasons"])),
        text=str(data["text"]) if is_mine and not talk.last_seq else "",
    )


def _ready_text(
    writer: Person,
    post: Post,
    people: Collection[Person],
    reasons: Sequence[Reason],
    search: Search,
) -> str:
    """A few words to begin with, in a language that both sides speak if there is one."""
    codes = next((each.about for each in reasons if each.why == Why.FUNCTION), ())
    held = current_appointments(writer.id)
    language = _shared_language(writer, post, people)
    with force_locale(language):
        lines = [_("Hello.")]
        own = search.own_post or (held[0].post if held else None)
        if own:
            agency = own.unit.agency
            lines.append(
                _(
                    "I am writing from %(post)s, %(agency)s.",
                    post=own.title.text(language, agency.language),
                    agency=agency.name.text(language, agency.language),
                )
            )
        if codes:
            names = ", ".join(function_name(code, language) for code in codes[:2])
            lines.append(_("We both work in these areas: %(names)s.", names=names))
        if search.words:
            words = shorten(search.words, WORDS_SHOWN, placeholder=" …")
            lines.append(_("My question is about “%(words)s”.", words=words))
        lines.append(_("May I ask how you do this work?"))
        return " ".join(lines)


def _shows_languages(person: Person) -> bool:
    """Whether people of other agencies may know which languages somebody speaks."""
    return reach_of(person, "languages") == Reach.NETWORK


def _shared_language(writer: Person, post: Post, people: Collection[Person]) -> str:
    theirs = [tag for person in people if _shows_languages(person) for tag in person.languages]
    theirs = [*post.unit.agency.languages, *theirs]
    mine = [*writer.languages, current_language()]
    for tag in (*theirs, *mine):
        if tag in LANGUAGES and tag in mine and tag in theirs:
            return tag
    return current_language()
