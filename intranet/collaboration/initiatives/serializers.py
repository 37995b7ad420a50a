"""Initiatives as JSON for programs, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from intranet.collaboration.initiatives import queries
from intranet.collaboration.initiatives.body import FACTS, PARTS
from intranet.collaboration.initiatives.models import (
    Adoption,
    Initiative,
    InitiativeTranslation,
    InitiativeUpdate,
    StageChange,
)
from intranet.collaboration.initiatives.queries import InitiativeListEntry
from intranet.delivery.files.serializers import file_json
from intranet.messaging.messages.serializers import instant
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.models import Person
from intranet.publishing.publications.queries import topics_of
from intranet.publishing.publications.serializers import publication_json
from intranet.publishing.publications.versions import files_in, get_version
from intranet.publishing.publications.view_models import text_of


def listed_json(listed: InitiativeListEntry) -> dict[str, Any]:
    """Serialise an initiative in a list."""
    initiative = listed.initiative
    return publication_json(listed.publication, listed.version) | {
        "url": f"/initiatives/{initiative.publication_id}",
        "lead": agency_json(initiative.agency),
        "stage": initiative.stage.value,
        "stage_on": initiative.stage_on.isoformat(),
        "changed_at": instant(initiative.changed_at),
        "uses": {use.value: count for use, count in listed.uses.items()},
    }


def detail_json(initiative: Initiative, *, edition: int | None) -> dict[str, Any]:
    """Serialise an initiative with all its details.

    Args:
        edition: the edition of its text, for its editors; otherwise None.
    """
    publication = initiative.publication
    version = get_version(publication, publication.version)
    uses = queries.use_counts([initiative.publication_id])
    return publication_json(publication, version) | {
        "url": f"/initiatives/{initiative.publication_id}",
        "lead": agency_json(initiative.agency),
        "stage": initiative.stage.value,
        "stage_on": initiative.stage_on.isoformat(),
        "changed_at": instant(initiative.changed_at),
        "uses": {
            use.value: count for use, count in uses.get(initiative.publication_id, {}).items()
        },
        "texts": _texts(version.title if version else {}, queries.texts_of(initiative)),
        "figures": [{"value": value, "label": label} for value, label in initiative.figures],
        **{name: getattr(initiative, name) for name in FACTS},
        "topics": [function.code for function in topics_of(publication)],
        "files": [file_json(file) for file in (files_in(version) if version else [])],
        "partners": [agency_json(row.agency) for row in queries.partners_of(initiative)],
        "contacts": [_post(row.post) for row in queries.contacts_of(initiative)],
        "stages": [_stage(change) for change in queries.stages_of(initiative)],
        "updates": [_update(update) for update in queries.updates_of(initiative)],
        "discussion_id": str(publication.conversation_id) if publication.conversation_id else None,
        "edition": edition,
    }


def adoption_json(row: Adoption) -> dict[str, Any]:
    """Serialise an agency's record of use."""
    return {
        "id": str(row.id),
        "agency": agency_json(row.agency),
        "use": row.use.value,
        "since_on": row.since_on.isoformat(),
        "cost": row.cost,
        "took": row.took,
        "changed": row.changed,
        "contact": _post(row.contact),
        "post": _post(row.post),
        "by": _person(row.by),
        "at": instant(row.at),
        "replaced_at": instant(row.replaced_at),
    }


def agency_json(agency: Agency) -> dict[str, Any]:
    """Serialise an agency with its population."""
    return {
        "code": agency.code,
        "name": text_of(agency.name, agency.language),
        "population": agency.population,
    }


def _texts(
    titles: Mapping[str, str], texts: Mapping[str, InitiativeTranslation]
) -> dict[str, dict[str, str]]:
    return {
        language: {
            "title": titles.get(language, ""),
            "purpose": row.purpose,
            **{name: getattr(row, name) for name in PARTS},
        }
        for language, row in texts.items()
    }


def _stage(change: StageChange) -> dict[str, Any]:
    return {
        "stage": change.stage.value,
        "since_on": change.since_on.isoformat(),
        "note": change.note,
        "by": _person(change.by),
        "at": instant(change.at),
    }


def _update(update: InitiativeUpdate) -> dict[str, Any]:
    return {
        "id": str(update.id),
        "text": update.text,
        "by": _person(update.by),
        "at": instant(update.at),
    }


def _post(post: Post) -> dict[str, str]:
    return {"id": str(post.id), "title": text_of(post.title, post.unit.agency.language)}


def _person(person: Person) -> dict[str, str]:
    return {"id": str(person.id), "name": person.name}
