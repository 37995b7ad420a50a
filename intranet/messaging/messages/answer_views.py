"""Pages for the link in a mailed message: they show the message and take one answer."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.wrappers import Response

from intranet.extensions import db
from intranet.messaging.conversations.counterpart_openings import opening_of
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.by_mail import answer_mailed, open_mailed
from intranet.messaging.messages.mailed_messages import MailedMessage
from intranet.messaging.messages.message_parts import without_repeats
from intranet.messaging.messages.models import BODY_LIMIT
from intranet.platform.core.errors import Invalid

bp = Blueprint("answers", __name__)


@bp.after_request
def keep_link_secret(response: Response) -> Response:
    """Forbid caching, and keep the link's secret out of the `Referer` header."""
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/answer/<secret>")
def answer_page(secret: str) -> ResponseReturnValue:
    """Show the message, who sent it and why, and a field to answer."""
    return _page(open_mailed(secret))


@bp.post("/answer/<secret>")
def answer(secret: str) -> ResponseReturnValue:
    """Post the answer in the direct message; the link cannot be used again."""
    row = open_mailed(secret)
    body = request.form.get("body", "")
    try:
        answer_mailed(secret, body)
    except Invalid as problem:
        return _page(row, body, problem), problem.status
    return render_template("messaging/messages/answered.html", author=row.message.author)


def _page(row: MailedMessage, body: str = "", problem: Invalid | None = None) -> str:
    message = row.message
    talk = db.session.get_one(Conversation, message.conversation_id)
    return render_template(
        "messaging/messages/answer.html",
        author=message.author,
        caption=without_repeats(message.caption),
        html=Markup(message.html),  # noqa: S704 - it came out of the sanitiser's door
        written_at=message.created_at,
        person=row.person,
        opening=opening_of(row.person, talk),
        expires_at=row.expires_at,
        body=body,
        limit=BODY_LIMIT,
        errors=problem.errors if problem else {},
    )
