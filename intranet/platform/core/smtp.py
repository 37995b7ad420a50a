"""Send mail over SMTP, many mails over one connection."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from intranet.platform.core.allowed_hosts import is_loopback
from intranet.platform.core.outbox import NeverError

TIMEOUT_SECONDS = 20
# Servers limit the number of mails per connection.
MAILS_PER_CONNECTION = 100
OK_STATUS, REFUSED_STATUS = 250, 500


class MailDelayedError(Exception):
    """The server did not accept the mail this time: no response, no connection, or “not now”.

    `may_have_arrived` says that the connection broke between the mail and its answer.
    """

    def __init__(self, why: str = "", *, may_have_arrived: bool = False) -> None:
        super().__init__(why)
        self.may_have_arrived = may_have_arrived


class MailRefusedError(NeverError):
    """The server will never accept the mail: no such mailbox, or it is closed to us.

    `code` and `words` are the server's answer.
    """

    def __init__(self, why: str = "", *, code: int = 0, words: str = "") -> None:
        super().__init__(why)
        self.code, self.words = code, words


class NoTlsError(OSError):
    """The server offers no TLS, or an attacker hides that it does, so the password is not sent."""


class _NotesData(smtplib.SMTP):
    """A server that notes whether a mail is being given to it and not yet answered."""

    is_giving = False

    def data(self, msg: bytes | str) -> tuple[int, bytes]:  # type: ignore[override]
        self.is_giving = True
        answer = super().data(msg)
        self.is_giving = False
        return answer


class _Plain(_NotesData):
    """A server that is reached without TLS at first."""


class _Tls(_NotesData, smtplib.SMTP_SSL):
    """A server that is reached over TLS."""


class SmtpConnection:
    """An SMTP connection, opened with the first mail and again when the server ended it."""

    def __init__(self, url: str) -> None:
        """Store the address of the server, as in the settings."""
        self._url = urlsplit(url)
        self._server: _NotesData | None = None
        self._sent = 0
        self._fault: MailDelayedError | None = None

    def send(self, message: EmailMessage) -> None:
        """Send a mail.

        Raises:
            MailRefusedError: the server refuses the recipient for good.
            MailDelayedError: the mail was not accepted this time. If the server could not be
                reached, all following mails fail at once.
        """
        server = self.ready()
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            _raise(*max(error.recipients.values()), error)
        except smtplib.SMTPSenderRefused as error:
            raise MailDelayedError(f"sender, {error.smtp_code}") from error  # a fault of ours
        except smtplib.SMTPResponseException as error:
            _raise(error.smtp_code, error.smtp_error, error)
        except OSError as error:
            is_giving = server.is_giving
            self.close()
            raise MailDelayedError(type(error).__name__, may_have_arrived=is_giving) from error
        self._sent += 1

    def close(self) -> None:
        """Close the connection. Errors are ignored: the server has the mails it accepted."""
        server, self._server, self._sent = self._server, None, 0
        if server:
            with suppress(OSError):
                server.quit()
            server.close()

    def ready(self) -> _NotesData:
        """Return the server while the connection is alive; else open a new one.

        Raises:
            MailDelayedError: it cannot be reached.
        """
        if self._fault:
            raise self._fault
        if self._server and (self._sent >= MAILS_PER_CONNECTION or not _listens(self._server)):
            self.close()
        if self._server is None:
            try:
                self._server = self._open()
            except OSError as error:
                self._fault = MailDelayedError(type(error).__name__)
                raise self._fault from error
        return self._server

    def _open(self) -> _NotesData:
        url, context = self._url, ssl.create_default_context()
        host = url.hostname or "localhost"
        if url.scheme == "smtps":
            server: _NotesData = _Tls(
                host, url.port or 465, timeout=TIMEOUT_SECONDS, context=context
            )
        else:
            server = _Plain(host, url.port or 25, timeout=TIMEOUT_SECONDS)
        try:
            server.ehlo()
            if url.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=context)
            elif url.scheme == "smtp" and url.username and not is_loopback(host):
                raise NoTlsError(host)  # noqa: TRY301 - the connection is closed below
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
        except BaseException:
            server.close()
            raise
        return server


_kept: ContextVar[SmtpConnection | None] = ContextVar("connection", default=None)


@contextmanager
def connected(url: str) -> Iterator[SmtpConnection]:
    """Open a connection for the block; a nested block shares the outer connection."""
    if outer := _kept.get():
        yield outer
        return
    connection = SmtpConnection(url)
    token = _kept.set(connection)
    try:
        yield connection
    finally:
        _kept.reset(token)
        connection.close()


def _listens(server: smtplib.SMTP) -> bool:
    try:
        return server.noop()[0] == OK_STATUS
    except OSError:
        return False


def _raise(code: int, words: bytes | str, error: Exception) -> None:
    if code < REFUSED_STATUS:
        raise MailDelayedError(str(code)) from error
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    # A NUL could not be stored, and other invisible characters could deceive who reads it.
    plain = "".join(sign for sign in " ".join(text.split()) if sign.isprintable())
    raise MailRefusedError(str(code), code=code, words=plain) from error
