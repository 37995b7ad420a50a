"""Unsubscribe from mails by a link in them, without signing in: holding the mail is the proof.

Packages register each kind of mail that can be stopped, with a function that stops it. The link
names a person and a kind and is signed, so that it cannot be forged for another person.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask_babel.speaklater import LazyString
from itsdangerous import BadData, URLSafeSerializer

from intranet.platform.core import clock
from intranet.platform.core.errors import NotFound
from intranet.platform.core.web import settings, site_address

PATH = "/unsubscribe/"
LINK_LIFETIME = timedelta(days=365)
Turn = Callable[[UUID, bool], None]


@dataclass(frozen=True)
class _MailKind:
    words: LazyString
    turn: Turn


@dataclass(frozen=True)
class Stop:
    """The mails and the person that an unsubscribe link names."""

    person_id: UUID
    kind: str

    @property
    def words(self) -> LazyString:
        """The name of these mails on the page: “Reminders to confirm”."""
        return _kinds[self.kind].words

    def turn(self, *, on: bool) -> None:
        """Turn these mails on or off for this person. Repeating it changes nothing."""
        _kinds[self.kind].turn(self.person_id, on)


_kinds: dict[str, _MailKind] = {}


def stoppable(kind: str, words: LazyString) -> Callable[[Turn], Turn]:
    """Register the function that turns mails of a kind on or off for a person.

    Args:
        kind: as in `stop_address`, never shown.
        words: the name of these mails; follows “You will not get these mails any more:”.
    """

    def register(turn: Turn) -> Turn:
        _kinds[kind] = _MailKind(words, turn)
        return turn

    return register


def stop_address(person_id: UUID, kind: str, language: str) -> str:
    """Return the address that stops mails of a kind for a person, for `Letter.stop`."""
    token = _serializer().dumps([person_id.hex, kind, int(clock.now().timestamp())])
    return site_address(f"{PATH}{token}?lang={language}")


def read_stop(token: str) -> Stop:
    """Return the mails and the person that a link names.

    Raises:
        NotFound: it was not made here, has expired, or such mails no longer exist.
    """
    try:
        person, kind, made = _serializer().loads(token)
    except BadData as error:
        raise NotFound from error
    if kind not in _kinds or made + LINK_LIFETIME.total_seconds() < clock.now().timestamp():
        raise NotFound
    return Stop(UUID(person), kind)


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="unsubscribe")
