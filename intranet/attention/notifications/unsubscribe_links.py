"""Unsubscribe links in mails, one for each kind."""

from collections.abc import Callable
from uuid import UUID

from intranet.attention.notifications.labels import KINDS
from intranet.attention.notifications.mail_texts import stop_kind
from intranet.attention.notifications.models import Kind
from intranet.attention.notifications.operations import stop_mail
from intranet.platform.core.unsubscribe import stoppable


def register() -> None:
    """Register each kind with what unsubscribing does."""
    for kind, words in KINDS.items():
        stoppable(stop_kind(kind), words)(_turn_of(kind))


def _turn_of(kind: Kind) -> Callable[[UUID, bool], None]:
    def turn(person_id: UUID, is_on: bool) -> None:  # noqa: FBT001 - as the registry calls it
        stop_mail(person_id, kind, is_on=is_on)

    return turn
