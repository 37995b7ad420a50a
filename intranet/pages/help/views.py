"""The help page, whole or narrowed to some words."""

import re
from collections.abc import Sequence

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from intranet.attention.search.suggesting import operator_examples
from intranet.organisation.accounts.access import current_identity, signed_in
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.agencies.queries import administrations_of
from intranet.organisation.people.access import administered_agencies, holds_any_post
from intranet.organisation.people.models import Person
from intranet.pages.help.administering import administering
from intranet.pages.help.announcing import announcing
from intranet.pages.help.asking import asking
from intranet.pages.help.beginning import beginning
from intranet.pages.help.house_rules import for_everybody, house_rules
from intranet.pages.help.initiatives import initiatives
from intranet.pages.help.oneself import oneself
from intranet.pages.help.publishing import publishing
from intranet.pages.help.searching import operator_words
from intranet.pages.help.taking_part import taking_part
from intranet.pages.help.talking import talking
from intranet.pages.help.together import together
from intranet.pages.help.topics import Group, with_words

bp = Blueprint("help", __name__)

WORDS_CHARACTERS = 100


@bp.get("/help")
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """Every topic, or with `?q=` those in which the words stand."""
    words = " ".join(request.args.get("q", "").split())[:WORDS_CHARACTERS]
    below = {"keyboard": _shortcut_words(), "operators": operator_words()}
    groups = with_words(all_topics(person), words, below)
    return render_template(
        "pages/help/index.html",
        groups=groups,
        words=words,
        count=sum(len(group.topics) for group in groups),
        administrators=_administrators(person),
        operators=operator_examples(),
    )


def all_topics(person: Person) -> list[Group]:
    """The whole of the help, in its order."""
    own = [administering()] if administered_agencies(person) else []
    daily = [
        beginning(),
        talking(),
        announcing(),
        publishing(),
        initiatives(),
        asking(),
        together(),
        taking_part(),
        oneself(person.id),
    ]
    return [*daily, *own, house_rules(), for_everybody()]


def _shortcut_words() -> str:
    """What the list of shortcuts says, so that its words are found as well."""
    return re.sub(r"<[^>]*>", " ", render_template("platform/core/_shortcuts.html"))


def _administrators(person: Person) -> Sequence[Post]:
    """The posts to which people of the agency turn; none for who holds no post."""
    identity = current_identity()
    if identity is None or not holds_any_post(person):
        return []
    agency: Agency = identity.account.home_agency
    rows = administrations_of(agency.id)
    return [row.post for row in rows if row.accepted_at and not row.is_past]


__all__ = ["all_topics", "bp"]
