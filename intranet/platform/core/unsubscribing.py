"""Stopping mails from a link in them, by whoever holds the mail: no sign-in, no cookie.

Who sends mails that can be stopped registers their kind here with what stopping does. The link
names a person and a kind and is signed by the site, so that nobody makes one for somebody else.
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
LASTS = timedelta(days=365)
Turn = Callable[[UUID, bool], None]


@dataclass(frozen=True)
class _Kind:
    words: LazyString
    turn: Turn


@dataclass(frozen=True)
class Stop:
    """What a link stops, and for whom."""

    person_id: UUID
    kind: str

    @property
    def words(self) -> LazyString:
        """What these mails are, as on the page: “Reminders to confirm”."""
        return _kinds[self.kind].words

    def turn(self, *, on: bool) -> None:
        """Let such mails go out to this person, or not. Twice is as once."""
        _kinds[self.kind].turn(self.person_id, on)


_kinds: dict[str, _Kind] = {}


def stoppable(kind: str, words: LazyString) -> Callable[[Turn], Turn]:
    """Name the function that lets mails of a kind go out to a person, or stops them.

    Args:
        kind: as in `stop_address`, never shown.
        words: what these mails are; after “You will not get these mails any more:”.
    """

    def register(turn: Turn) -> Turn:
        _kinds[kind] = _Kind(words, turn)
        return turn

    return register


def stop_address(person_id: UUID, kind: str, language: str) -> str:
    """The address that stops mails of a kind for a person: for `Letter.stop`."""
    token = _serializer().dumps([person_id.hex, kind, int(clock.now().timestamp())])
    return site_address(f"{PATH}{token}?lang={language}")


def read_stop(token: str) -> Stop:
    """What a link stops.

    Raises:
        NotFound: it was not made here, is older than a year, or there are no such mails any more.
    """
    try:
        person, kind, made = _serializer().loads(token)
    except BadData as error:
        raise NotFound from error
    if kind not in _kinds or made + LASTS.total_seconds() < clock.now().timestamp():
        raise NotFound
    return Stop(UUID(person), kind)


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="unsubscribe")
