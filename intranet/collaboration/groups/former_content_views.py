"""Pages of what the person wrote in groups that they have left."""

from typing import Any

from flask import Blueprint, Response, jsonify, render_template
from flask.typing import ResponseReturnValue

from intranet.collaboration.groups import former_content
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person

bp = Blueprint("group_kept", __name__)


@bp.get("/groups/kept")
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """List the groups that the person can no longer read, with what they wrote there."""
    return render_template(
        "collaboration/groups/kept.html",
        groups=[_shown(person, space) for space in former_content.left_groups(person)],
    )


@bp.get("/groups/kept.json")
@signed_in
def export(person: Person) -> Response:
    """Download, as JSON, what the person wrote in groups that they can no longer read."""
    answer = jsonify(list(former_content.former_content_json(person)))
    answer.headers["Content-Disposition"] = 'attachment; filename="contributions.json"'
    return answer


def _shown(person: Person, space: Any) -> dict[str, Any]:
    messages = former_content.former_messages(person, space)
    return {
        "name": space.title,
        "conversations": sorted({message.conversation_id for message in messages}),
        "message_count": len(messages),
        "publications": former_content.former_publications(person, space),
    }
