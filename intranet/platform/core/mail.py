"""Send mail: over SMTP, or into a Maildir under the data folder.

Mail is sent by a job after the transaction that enqueued it, never within a request. Its content is
rendered by `intranet.platform.core.mail_content`, as text and as HTML.
"""

import mailbox
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, make_msgid, parseaddr
from typing import Any

from flask import g
from flask_babel import force_locale

from intranet.platform.core import clock
from intranet.platform.core.outbox import enqueue, handler
from intranet.platform.core.smtp import (
    TIMEOUT_SECONDS,
    MailDelayedError,
    MailRefusedError,
    connected,
)
from intranet.platform.core.unit_of_work import Work
from intranet.platform.core.web import settings

KIND = "mail"
SUBJECT_LIMIT = 150
# The server may be down over a weekend without any mail being lost.
PATIENCE = timedelta(days=3)
# Mail clients truncate longer HTML, so such a mail is sent as plain text only.
HTML_BYTES = 100 * 1024


@dataclass(frozen=True)
class Mail:
    """A mail to one address, in one language.

    Args:
        html: the same content as HTML; empty for plain text only.
        message_id: the id, as `stable_id` makes it. A mail that is sent again after a crash has the
            same id, so that its receiver can recognise the duplicate.
        thread: the `message_id` of the mail that this one belongs to.
        unsubscribe: the address that stops such mails, for the button in mail clients.
        calendar: an attached iCalendar object, with the method `calendar_method`.
    """

    to: str
    subject: str
    text: str
    language: str
    html: str = ""
    message_id: str = ""
    thread: str = ""
    unsubscribe: str = ""
    calendar: str = ""
    calendar_method: str = "PUBLISH"


def post(work: Work, mail: Mail) -> None:
    """Enqueue a mail in this transaction. It is stored until it is sent, so keep secrets out."""
    enqueue(work, KIND, asdict(replace(mail, message_id=mail.message_id or _new_id())))


@contextmanager
def mailer() -> Iterator[None]:
    """Open a block in which all mails share one connection, opened with the first of them."""
    url = settings().smtp_url
    if not url:
        yield
        return
    with connected(url):
        yield


@handler(KIND, patience=PATIENCE, surroundings=mailer, reaches_out=True)
def send_pending(payload: Mapping[str, Any]) -> None:
    """Send a mail from the outbox."""
    send(Mail(**payload))


def send(mail: Mail) -> None:
    """Send a mail now.

    Raises:
        MailRefusedError: the address is invalid, or there is no such mailbox.
        MailDelayedError: the server does not answer, or asks to try again later.
    """
    message = _message(mail)
    if url := settings().smtp_url:
        with connected(url) as connection:
            connection.send(message)
    else:
        _put_into_folder(message)


def require_server() -> None:
    """Open the connection to the mail server, if there is one, so that a mail can go at once.

    Raises:
        MailDelayedError: it cannot be reached.
    """
    if url := settings().smtp_url:
        with connected(url) as connection:
            connection.ready()


def letter_folder() -> str:
    """Return the folder in which letters lie, if the site has no mail server; else nothing."""
    return "" if settings().smtp_url else str((settings().data_dir / "mail").absolute())


def stable_id(*parts: object) -> str:
    """Return a message id that depends on its parts alone, so that a repeated mail keeps it."""
    return f"<{'.'.join(str(part) for part in parts)}@{_domain()}>"


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Translate and format in this language for the length of a block."""
    before = g.get("language")
    g.language = language
    try:
        with force_locale(language):
            yield
    finally:
        g.language = before


class _InOneLine(UnstructuredHeader, BaseHeader):
    """A header that is never folded or encoded, so that mail clients find the address in it."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_headers = HeaderRegistry()
for _name in ("list-unsubscribe", "references", "in-reply-to"):
    _headers.map_to_type(_name, _InOneLine)
_POLICY = SMTP.clone(header_factory=_headers)


def _message(mail: Mail) -> EmailMessage:
    message = EmailMessage(policy=_POLICY)
    message["From"] = settings().mail_from
    message["To"] = _address(mail.to)
    message["Subject"] = " ".join(mail.subject.split())[:SUBJECT_LIMIT]
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = mail.message_id or _new_id()
    message["Auto-Submitted"] = "auto-generated"
    if mail.thread:
        message["References"] = message["In-Reply-To"] = mail.thread
    if mail.unsubscribe:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    message.set_content(mail.text, cte="quoted-printable")
    if mail.html and len(mail.html.encode()) <= HTML_BYTES:
        message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    if mail.calendar:
        message.add_attachment(mail.calendar, subtype="calendar", filename="event.ics")
        *_others, part = message.iter_attachments()
        part.set_param("method", mail.calendar_method)
    message["Content-Language"] = mail.language
    return message


def _address(text: str) -> str:
    """Return the text if it is exactly one address; a comma would add another recipient."""
    address = parseaddr(text)[1]
    if address != text or "@" not in address or not text.isprintable() or " " in text:
        raise MailRefusedError("not a mail address")
    return address


def _new_id() -> str:
    return make_msgid(domain=_domain())


def _domain() -> str:
    return parseaddr(settings().mail_from)[1].rpartition("@")[2]


def _put_into_folder(message: EmailMessage) -> None:
    folder = settings().data_dir / "mail"
    mailbox.Maildir(folder, create=True).add(message)


__all__ = [
    "TIMEOUT_SECONDS",
    "Mail",
    "MailDelayedError",
    "MailRefusedError",
    "in_language",
    "letter_folder",
    "mailer",
    "post",
    "require_server",
    "send",
    "send_pending",
    "stable_id",
]
