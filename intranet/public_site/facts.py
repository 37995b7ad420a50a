"""Facts beside a public text: those of its kind, and contacts, as posts and never people.

They are stored at the approval and stay so: later changes are approved again before the public sees
them.
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

DIGEST_CHARACTERS = 16
FIGURES = _l("Key figures")
"""The heading of the part that `initiatives.composing` puts last."""


def facts_of(publication: Publication) -> Facts:
    """Return the facts that would be shown beside the text of a publication."""
    gather = GATHERED.get(publication.kind)
    own = gather(publication) if gather else {}
    return {"contacts": [contact(publication.post)], **own}


def topics_in(publication: Publication) -> list[str]:
    """Return the codes of a publication's topics."""
    return list(
        db.session.scalars(
            select(PublicationTopic.function_code)
            .where(PublicationTopic.publication_id == publication.id)
            .order_by(PublicationTopic.function_code)
        )
    )


def digest(publication: Publication) -> str:
    """Return a digest of what an approver sees: version, facts, topics, texts of files."""
    said = [
        publication.version,
        facts_of(publication),
        topics_in(publication),
        _words_of_files(publication),
    ]
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return sha256(text.encode()).hexdigest()[:DIGEST_CHARACTERS]


def _words_of_files(publication: Publication) -> list[Any]:
    """Return the texts and thumbnails of the files, which change without a new version."""
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
    """Return a post for the public: its title, unit and agency in all their languages."""
    unit = post.unit
    return {"post": dict(post.title), "unit": dict(unit.name), "agency": dict(unit.agency.name)}


def without_figures(html: str, language: str) -> str:
    """Remove the last part of an initiative's text, whose facts are shown beside it."""
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
    """Whether an agency is listed in the directory."""
    return agency.in_directory


GATHERED: dict[PublicationKind, Gather] = {PublicationKind.INITIATIVE: _of_initiative}
