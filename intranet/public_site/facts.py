"""What is shown beside a text: the facts of its kind, and whom to ask, as posts and never people.

They are written down when something is approved, and stay so: what changes later in them is
approved anew before strangers see it.
"""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from intranet.collaboration.initiatives.composing import FACTS, in_words
from intranet.collaboration.initiatives.models import Initiative
from intranet.collaboration.initiatives.queries import contacts_of, partners_of
from intranet.delivery.files.models import Captions
from intranet.extensions import db
from intranet.organisation.agencies.models import Agency, Post
from intranet.platform.core.i18n import _l
from intranet.publishing.publications.models import Publication, PublicationKind, PublicationTopic
from intranet.publishing.publications.versions import files_in, get_version

Facts = dict[str, Any]
Gather = Callable[[Publication], Facts]

DIGITS = 16
FIGURES = _l("Key figures")
"""The heading of the part that `initiatives.composing` puts last."""


def facts_of(publication: Publication) -> Facts:
    """What would be shown of it beside its text."""
    gather = GATHERED.get(publication.kind)
    own = gather(publication) if gather else {}
    return {"contacts": [contact(publication.post)], **own}


def topics_in(publication: Publication) -> list[str]:
    """Codes of the functions that it is about."""
    return list(
        db.session.scalars(
            select(PublicationTopic.function_code)
            .where(PublicationTopic.publication_id == publication.id)
            .order_by(PublicationTopic.function_code)
        )
    )


def digest(publication: Publication) -> str:
    """What says whether it is still as somebody saw it: version, facts, topics, words of files."""
    said = [
        publication.version,
        facts_of(publication),
        topics_in(publication),
        _words_of_files(publication),
    ]
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return sha256(text.encode()).hexdigest()[:DIGITS]


def _words_of_files(publication: Publication) -> list[Any]:
    """What its files say and show beside themselves: it changes without another version."""
    version = get_version(publication, publication.version)
    files = files_in(version) if version else []
    captions = db.session.execute(
        select(Captions.video_id, Captions.language, Captions.kind, Captions.content)
        .where(Captions.video_id.in_([file.id for file in files if file.is_video]))
        .order_by(Captions.video_id, Captions.language)
    )
    words = [[file.alternative, file.long_text, file.thumbnail_key] for file in files]
    return [*words, *([str(part) for part in row] for row in captions)]


def contact(post: Post) -> Facts:
    """A post as strangers get to know it: its title, unit and agency in the languages they have."""
    unit = post.unit
    return {"post": dict(post.title), "unit": dict(unit.name), "agency": dict(unit.agency.name)}


def without_figures(html: str, language: str) -> str:
    """The text of an initiative without its last part, where what it says stands beside it."""
    heading = f"<h2>{in_words(FIGURES, language)}</h2>"
    text, found, _figures = html.rpartition(heading)
    return text if found else html


def _of_initiative(publication: Publication) -> Facts:
    initiative = db.session.get_one(Initiative, publication.id)
    posts = [publication.post, *(row.post for row in contacts_of(initiative))]
    return {
        "stage": initiative.stage.value,
        "stage_on": initiative.stage_on.isoformat(),
        "figures": [list(pair) for pair in initiative.figures],
        **{name: getattr(initiative, name) for name in FACTS},
        "partners": [_name(row.agency) for row in partners_of(initiative) if _is_open(row.agency)],
        "contacts": [contact(post) for post in dict.fromkeys(posts) if _is_open(post.unit.agency)],
    }


def _name(agency: Agency) -> dict[str, str]:
    return dict(agency.name)


def _is_open(agency: Agency) -> bool:
    """Whether an agency is to be known beyond its own people."""
    return agency.in_directory


GATHERED: dict[PublicationKind, Gather] = {PublicationKind.INITIATIVE: _of_initiative}
