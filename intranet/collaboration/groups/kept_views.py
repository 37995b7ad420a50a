"""Pages of what one wrote in groups in which one is no longer."""

from typing import Any

from flask import Blueprint, Response, jsonify, render_template
from flask.typing import ResponseReturnValue

from intranet.collaboration.groups import kept
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person

bp = Blueprint("group_kept", __name__)


@bp.get("/groups/kept")
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """The groups, with what of one's own stands there."""
    return render_template(
        "collaboration/groups/kept.html",
        groups=[_shown(person, space) for space in kept.left_groups(person)],
    )


@bp.get("/groups/kept.json")
@signed_in
def export(person: Person) -> Response:
    """All of it as a file to take along."""
    answer = jsonify(list(kept.kept_json(person)))
    answer.headers["Content-Disposition"] = 'attachment; filename="contributions.json"'
    return answer


def _shown(person: Person, space: Any) -> dict[str, Any]:
    messages = kept.kept_messages(person, space)
    return {
        "name": space.title,
        "conversations": sorted({message.conversation_id for message in messages}),
        "message_count": len(messages),
        "publications": kept.kept_publications(person, space),
    }
