"""The banner of a read-only time by itself, for pages that are open when it is announced."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

bp = Blueprint("read_only", __name__)


@bp.get("/read-only")
def banner() -> ResponseReturnValue:
    """Render the banner anew, empty while there is no read-only time. Anybody sees it."""
    return render_template("platform/core/_read_only.html")
