"""The help page, whole or narrowed by a search."""

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
from intranet.pages.help.topics import HelpGroup, with_words

bp = Blueprint("help", __name__)

QUERY_CHARACTERS = 100


@bp.get("/help")
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """Show every topic, or with `?q=` those that contain the words."""
    words = " ".join(request.args.get("q", "").split())[:QUERY_CHARACTERS]
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


def all_topics(person: Person) -> list[HelpGroup]:
    """Return the whole help in its order."""
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
    """Return the text of the shortcut list, so that the help search finds it."""
    return re.sub(r"<[^>]*>", " ", render_template("platform/core/_shortcuts.html"))


def _administrators(person: Person) -> Sequence[Post]:
    """Return the posts to turn to in the agency; none for people without a post."""
    identity = current_identity()
    if identity is None or not holds_any_post(person):
        return []
    agency: Agency = identity.account.home_agency
    rows = administrations_of(agency.id)
    return [row.post for row in rows if row.accepted_at and not row.is_past]


__all__ = ["all_topics", "bp"]
