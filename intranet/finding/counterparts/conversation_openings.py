"""The opening of a conversation with a counterpart: why they were found, and a draft message."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

from flask_babel import force_locale

from intranet.config import LANGUAGES
from intranet.finding.counterparts import reasons as in_words
from intranet.finding.counterparts.ranking_models import (
    ABOUT_WORK,
    CounterpartCriterion,
    CounterpartReason,
)
from intranet.messaging.conversations.counterpart_openings import writes_reasons
from intranet.organisation.agencies.labels import function_name
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.access import reach_of
from intranet.organisation.people.models import Person, ProfileReach
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core.i18n import _
from intranet.platform.core.web import current_language

WORDS_CHARACTERS = 80


@dataclass(frozen=True)
class CounterpartSearch:
    """How a counterpart was found: by words, or by a post of the person's own."""

    own_post: Post | None = None
    words: str = ""


def opening_data(
    writer: Person,
    posts: Sequence[Post],
    people: Collection[Person],
    reasons: Sequence[CounterpartReason],
    search: CounterpartSearch,
) -> dict[str, Any]:
    """Return the opening as data stored with the conversation, for readers in any language.

    The reasons are what both sides have in common, whatever the search was.
    """
    untold = (
        {CounterpartCriterion.WORDS}
        if _shows_languages(writer)
        else {CounterpartCriterion.WORDS, CounterpartCriterion.LANGUAGE}
    )
    return {
        "by": str(writer.id),
        "post": str(posts[0].id),
        "count": len(posts),
        "words": shorten(search.words, WORDS_CHARACTERS, placeholder=" …"),
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
    reasons: Sequence[CounterpartReason],
    search: CounterpartSearch,
) -> str:
    """Draft a first message, in a language that both sides speak if there is one."""
    codes = next((each.about for each in reasons if each.why == CounterpartCriterion.FUNCTION), ())
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
            words = shorten(search.words, WORDS_CHARACTERS, placeholder=" …")
            lines.append(_("My question is about “%(words)s”.", words=words))
        lines.append(_("May I ask how you do this work?"))
        return " ".join(lines)


def _shows_languages(person: Person) -> bool:
    """Whether people of other agencies may see which languages a person speaks."""
    return reach_of(person, "languages") == ProfileReach.NETWORK


def _shared_language(writer: Person, post: Post, people: Collection[Person]) -> str:
    theirs = [tag for person in people if _shows_languages(person) for tag in person.languages]
    theirs = [*post.unit.agency.languages, *theirs]
    mine = [*writer.languages, current_language()]
    for tag in (*theirs, *mine):
        if tag in LANGUAGES and tag in mine and tag in theirs:
            return tag
    return current_language()
