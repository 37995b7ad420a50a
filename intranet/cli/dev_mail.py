"""The page of mails in development: what would have been sent, read from the data folder.

Only `intranet dev` registers it. It can be read without signing in.
"""

import mailbox
import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from flask import Blueprint, Flask, Response, abort, render_template

from intranet.platform.core.web import settings

PAGE_SIZE = 200
# As a mailbox names its files: seconds since 1970, then microseconds.
_ARRIVED = re.compile(r"(\d+)\.M(\d+)P")
# A mail has its styles inside and needs nothing else.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
    "sandbox allow-top-navigation-by-user-activation"
)

bp = Blueprint("dev_mail", __name__)


def init_app(app: Flask) -> None:
    """Add the page to an application."""
    app.register_blueprint(bp)


@bp.get("/dev/mail")
def index() -> str:
    """Show the newest mails, newest first."""
    box = _mailbox()
    keys = sorted(box.keys(), key=_arrived, reverse=True)
    mails = [(key, _parsed(box.get_bytes(key))) for key in keys[:PAGE_SIZE]]
    return render_template("dev/mails.html", mails=mails, count=len(keys))


@bp.get("/dev/mail/<key>")
def mail(key: str) -> str:
    """Show a mail as text, and as HTML where it has that."""
    found = _mail(key)
    return render_template(
        "dev/mail.html",
        key=key,
        headers=found.items(),
        subject=found["Subject"],
        text=_part(found, "plain"),
        has_html=bool(_part(found, "html")),
        attachments=[part.get_filename() for part in found.iter_attachments()],
    )


@bp.get("/dev/mail/<key>/html")
def html(key: str) -> Response:
    """Answer with a mail's HTML for the frame. Its links open in the whole window."""
    written = _part(_mail(key), "html")
    framed = written.replace("<head>", '<head><base target="_top">', 1)
    return Response(framed, headers={"Content-Security-Policy": POLICY})


def _mailbox() -> mailbox.Maildir:
    return mailbox.Maildir(settings().data_dir / "mail", create=True)


def _mail(key: str) -> EmailMessage:
    try:
        return _parsed(_mailbox().get_bytes(key))
    except KeyError:
        abort(404)


def _parsed(data: bytes) -> EmailMessage:
    return message_from_bytes(data, policy=default)


def _part(found: EmailMessage, kind: str) -> str:
    part = found.get_body((kind,))
    return str(part.get_content()) if part else ""


def _arrived(key: str) -> tuple[int, ...]:
    found = _ARRIVED.match(key)
    return tuple(int(number) for number in found.groups()) if found else (0, 0)
