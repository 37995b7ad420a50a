"""The only door for mail: over SMTP, or into a Maildir under the data folder.

Mail is plain text. It is sent by a job after the transaction that owes it, never in a request.
"""

import mailbox
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from flask import g
from flask_babel import force_locale

from intranet.core import clock
from intranet.core.outbox import does, owe
from intranet.core.unit_of_work import Work
from intranet.core.web import settings

KIND = "mail"
TIMEOUT_SECONDS = 20
SUBJECT_LIMIT = 150


@dataclass(frozen=True)
class Mail:
    """One mail to one address, in one language."""

    to: str
    subject: str
    text: str
    language: str


def post(work: Work, mail: Mail) -> None:
    """Owe a mail in this transaction. It must hold no secret: it lies there until it is sent."""
    owe(work, KIND, asdict(mail))


@does(KIND)
def send_owed(payload: Mapping[str, Any]) -> None:
    """Send a mail that a transaction owed."""
    send(Mail(**payload))


def send(mail: Mail) -> None:
    """Send a mail now.

    Raises:
        OSError: the server does not answer, or refuses it (`smtplib.SMTPException`).
    """
    message = _message(mail)
    url = settings().smtp_url
    if url:
        _send_over_smtp(message, urlsplit(url))
    else:
        _put_into_folder(message)


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """A block in which words, names and days are in the language of whoever reads them."""
    before = g.get("language")
    g.language = language
    try:
        with force_locale(language):
            yield
    finally:
        g.language = before


def _message(mail: Mail) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    sender = settings().mail_from
    message["From"] = sender
    message["To"] = _address(mail.to)
    message["Subject"] = " ".join(mail.subject.split())[:SUBJECT_LIMIT]
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text, cte="quoted-printable")
    message["Content-Language"] = mail.language
    return message


def _address(text: str) -> str:
    """One address and nothing else: a line break or a comma would add another reader."""
    address = parseaddr(text)[1]
    if address != text or "@" not in address or not text.isprintable() or " " in text:
        raise ValueError("not a mail address")
    return address


def _send_over_smtp(message: EmailMessage, url: SplitResult) -> None:
    context = ssl.create_default_context()
    host = url.hostname or "localhost"
    if url.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, url.port or 465, timeout=TIMEOUT_SECONDS, context=context
        )
    else:
        server = smtplib.SMTP(host, url.port or 25, timeout=TIMEOUT_SECONDS)
    with server:
        server.ehlo()
        if url.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=context)
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(message)


def _put_into_folder(message: EmailMessage) -> None:
    folder = settings().data_dir / "mail"
    mailbox.Maildir(folder, create=True).add(message)
