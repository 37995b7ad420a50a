"""How a talk with a counterpart begins: why they were found, and a text ready to be sent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

from flask_babel import force_locale

from intranet.config import LANGUAGES
from intranet.finding.counterparts import reasons as in_words
from intranet.finding.counterparts.ranking import ABOUT_WORK, Reason, Why
from intranet.messaging.conversations.openings import writes_reasons
from intranet.organisation.agencies.models import Post
from intranet.organisation.agencies.words import function_name
from intranet.organisation.people.access import reach_of
from intranet.organisation.people.models import Person, Reach
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core.i18n import _
from intranet.platform.core.web import current_language

WORDS_SHOWN = 80


@dataclass(frozen=True)
class Search:
    """How a counterpart was found: by words, or by the post of one's own that they are like."""

    own_post: Post | None = None
    words: str = ""


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


@writes_reasons
def _in_words(data: Sequence[Any]) -> Sequence[str]:
    return in_words.said(in_words.from_data(data))


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
