"""Facts beside a public text: those of its kind, and contacts, as posts and never people.

They are stored at the approval and stay so: later changes are approved again before the public sees
them.
"""

import json
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from intranet.delivery.files.models import Captions
from intranet.extensions import db
from intranet.organisation.agencies.labels import public_names
from intranet.publishing.publications.kinds import kind_of
from intranet.publishing.publications.models import Publication, PublicationTopic
from intranet.publishing.publications.versions import files_in, get_version

Facts = dict[str, Any]
DIGEST_CHARACTERS = 16


def facts_of(publication: Publication) -> Facts:
    """Return the facts that would be shown beside the text of a publication."""
    public = kind_of(publication).public
    own = public.facts(publication) if public else {}
    return {"contacts": [public_names(publication.post)], **own}


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
