"""The help page, whole or narrowed by a search."""

from collections.abc import Sequence

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from intranet.attention.search.suggestions import operator_examples
from intranet.delivery.files.limits import GIB, PERSON_BYTES
from intranet.messaging.conversations.access import MENTION_ALL_MAX_PEOPLE, OPEN_POSTING_MAX_PEOPLE
from intranet.messaging.conversations.operations import NEW_TALKS_PER_DAY, TALK_LIMIT
from intranet.messaging.messages import forms as message_forms
from intranet.organisation.accounts.access import current_identity, signed_in
from intranet.organisation.accounts.password_rules import MIN_LENGTH
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.agencies.queries import administrations_of
from intranet.organisation.agencies.roles import Act, AgencyRole
from intranet.organisation.people.access import administered_agencies, holds_any_post
from intranet.organisation.people.models import Person
from intranet.pages.help.topics import HelpGroup, groups_in, with_words
from intranet.platform.core.web import settings
from intranet.publishing.publications.operations import attaching

bp = Blueprint("help", __name__)

QUERY_CHARACTERS = 100
LIMITS = {
    "most_open_posting_people": OPEN_POSTING_MAX_PEOPLE,
    "most_mention_all_people": MENTION_ALL_MAX_PEOPLE,
    "most_talk_people": TALK_LIMIT,
    "most_new_talks": NEW_TALKS_PER_DAY,
    "most_message_files": message_forms.FILES_LIMIT,
    "most_publication_files": attaching.FILES_LIMIT,
    "most_person_gb": PERSON_BYTES // GIB,
    "least_password_characters": MIN_LENGTH,
}


@bp.get("/help")
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """Show every topic, or with `?q=` those that contain the words."""
    words = " ".join(request.args.get("q", "").split())[:QUERY_CHARACTERS]
    groups = with_words(all_topics(person), words)
    count = sum(len(group.topics) for group in groups)
    return render_template("pages/help/index.html", groups=groups, words=words, count=count)


def all_topics(person: Person) -> list[HelpGroup]:
    """Return the whole help in its order."""
    identity = current_identity()
    agency = identity.account.home_agency if identity else None
    return groups_in(
        "pages/help/topics.html",
        person=person,
        agency=agency,
        administrators=_administrators(agency) if agency and holds_any_post(person) else [],
        is_administrator=bool(administered_agencies(person, Act.ENTER)),
        operators=operator_examples(),
        most_upload_mb=settings().upload_mb,
        **LIMITS,
    )


def _administrators(agency: Agency) -> Sequence[Post]:
    """Return the posts of an agency's administrators, for people who need help."""
    rows = administrations_of(agency.id)
    return [
        row.post
        for row in rows
        if row.role == AgencyRole.ADMINISTRATOR and row.accepted_at and not row.is_past
    ]


__all__ = ["all_topics", "bp"]
