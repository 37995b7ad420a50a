"""The facts of an initiative that the public site shows beside its text."""

from typing import Any

from intranet.collaboration.initiatives.body import FACTS, FIGURES, in_words
from intranet.collaboration.initiatives.models import Initiative
from intranet.collaboration.initiatives.queries import contacts_of, partners_of
from intranet.extensions import db
from intranet.organisation.agencies.labels import public_names
from intranet.publishing.publications.models import Publication


def public_facts(publication: Publication) -> dict[str, Any]:
    """Return stage, figures, facts, partners and contacts.

    Partners and contacts of agencies outside the directory are left out.
    """
    initiative = db.session.get_one(Initiative, publication.id)
    posts = dict.fromkeys([publication.post, *(row.post for row in contacts_of(initiative))])
    return {
        "stage": initiative.stage.value,
        "stage_on": initiative.stage_on.isoformat(),
        "figures": [list(pair) for pair in initiative.figures],
        **{name: getattr(initiative, name) for name in FACTS},
        "partners": [
            dict(row.agency.name) for row in partners_of(initiative) if row.agency.in_directory
        ],
        "contacts": [public_names(post) for post in posts if post.unit.agency.in_directory],
    }


def without_figures(html: str, language: str) -> str:
    """Remove the last part of an initiative's text, whose facts are shown beside it."""
    heading = f"<h2>{in_words(FIGURES, language)}</h2>"
    text, found, _figures = html.rpartition(heading)
    return text if found else html
