"""REST: previews of audiences."""

from uuid import UUID

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from intranet.messaging.spaces.audience import Audience
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.access import holds_any_post
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.rest import PREFIX, body, described
from intranet.publishing.publications.audience_preview import audience_preview
from intranet.publishing.publications.responses import AudiencePreviewResponse
from intranet.publishing.publications.voices import voice_like

bp = Blueprint("audiences_api", __name__, url_prefix=PREFIX)


@bp.post("/audiences/preview")
@described(AudiencePreviewResponse, form=Audience, query=("space_id", "post_id"), status=200)
@signed_in
def preview(person: Person) -> ResponseReturnValue:
    """Preview an audience: the people who would receive an announcement, and who would not and why.

    The name is the first in which the person publishes, or that of `space_id` and `post_id`. A
    person who publishes nowhere reaches nobody.
    """
    audience = Audience.parse_exactly(body())
    if not holds_any_post(person):
        raise NotFound  # without a post the person may not know the people in an audience
    space_id, post_id = (_id_named(name) for name in ("space_id", "post_id"))
    voice = voice_like(person, space_id, post_id)
    if voice is None and (space_id or post_id):
        raise Invalid(
            {
                "space_id": _l(
                    "Either you cannot publish in that space, or you cannot publish on "
                    "behalf of this post."
                )
            }
        )
    return jsonify(audience_preview(person, audience, voice, clock.now()))


def _id_named(name: str) -> UUID | None:
    """Read an id from the address.

    Raises:
        Invalid: it is not an id.
    """
    value = request.args.get(name)
    try:
        return UUID(value) if value else None
    except ValueError as error:
        raise Invalid({name: _l("This value is not allowed here.")}) from error
