"""Unsubscribing by the link in a mail, or by the button of a mail client."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from intranet.platform.core.unsubscribe import read_stop

bp = Blueprint("unsubscribing", __name__)


@bp.after_request
def keep_link_secret(response: Response) -> Response:
    """Keep the address of this page from other sites, because it is a secret."""
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


@bp.get("/unsubscribe/<secret>")
def page(secret: str) -> ResponseReturnValue:
    """Show what the link would stop, and ask. Link scanners that open it stop nothing."""
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
