"""The door that the link in a mail opens, and the button that mail clients press themselves."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from intranet.platform.core.unsubscribing import read_stop

bp = Blueprint("unsubscribing", __name__)


@bp.after_request
def keep_link_secret(response: Response) -> Response:
    """Tell no other page by which link this one was opened."""
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


@bp.get("/unsubscribe/<secret>")
def page(secret: str) -> ResponseReturnValue:
    """Say what would stop, and ask. Programs that look at links in mails so stop nothing."""
    return _page("asked", secret)


@bp.post("/unsubscribe/<secret>")
def stop(secret: str) -> ResponseReturnValue:
    """Stop these mails, or undo that.

    A mail client sends this by itself, without a session (RFC 8058): the link is the proof.
    """
    on = request.form.get("do") == "undo"
    read_stop(secret).turn(on=on)
    return _page("undone" if on else "stopped", secret)


def _page(state: str, secret: str) -> str:
    words = read_stop(secret).words
    return render_template("platform/core/unsubscribe.html", state=state, words=words)
