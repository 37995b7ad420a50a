"""What is shown beside a text: the facts of its kind, and whom to ask, as posts and never people.

They are written down when something is approved, and stay so: what changes later in them is
approved anew before strangers see it.
"""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from intranet.agencies.models import Post
from intranet.extensions import db
from intranet.publications.models import Publication, PublicationKind, PublicationTopic

Facts = dict[str, Any]
Gather = Callable[[Publication], Facts]

DIGITS = 16


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
    """What says whether it is still as somebody saw it: its version, facts and topics."""
    said = [publication.version, facts_of(publication), topics_in(publication)]
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return sha256(text.encode()).hexdigest()[:DIGITS]


def contact(post: Post) -> Facts:
    """A post as strangers get to know it: its title and unit in every language they have."""
    return {"post": dict(post.title), "unit": dict(post.unit.name)}


GATHERED: dict[PublicationKind, Gather] = {}
