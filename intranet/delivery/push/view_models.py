"""Context of the list of the reader's devices."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel.speaklater import LazyString

from intranet.delivery.push import queries
from intranet.delivery.push.models import PushSubscription, Result
from intranet.delivery.push.protocol import public_key
from intranet.extensions import db
from intranet.organisation.accounts.access import Identity
from intranet.organisation.accounts.models import SignIn
from intranet.platform.core.i18n import _l

NOTHING_YET = _l("Nothing has been sent yet")
TAKEN = _l("The last notification was sent")
BUSY = _l("The browser’s messaging service was busy")
UNREACHED = _l("The browser’s messaging service is not responding")
REFUSED = _l(
    "The browser’s messaging service refused the last message: turn "
    "notifications off and on again on that device"
)


@dataclass(frozen=True)
class Device:
    """A device in the list."""

    row: PushSubscription
    words: LazyString
    tone: str
    is_this: bool


@dataclass(frozen=True)
class Devices:
    """The context of `templates/delivery/push/_devices.html`: this device, and all known ones."""

    rows: Sequence[Device]
    is_on_here: bool
    is_kept_here: bool
    public_key: str


def devices_of(identity: Identity) -> Devices:
    """Return the devices of the signed-in person, the one in use first."""
    rows = queries.subscriptions_of([identity.person.id])
    devices = [_device(row, identity.sign_in_id) for row in rows]
    sign_in = db.session.get(SignIn, identity.sign_in_id) if identity.sign_in_id else None
    return Devices(
        rows=sorted(devices, key=lambda device: not device.is_this),
        is_on_here=any(device.is_this for device in devices),
        is_kept_here=sign_in is not None and sign_in.is_kept,
        public_key=public_key(),
    )


def _device(row: PushSubscription, sign_in_id: UUID | None) -> Device:
    words, tone = _last(row)
    return Device(row=row, words=words, tone=tone, is_this=row.sign_in_id == sign_in_id)


def _last(row: PushSubscription) -> tuple[LazyString, str]:
    """Return the outcome of the last notification, and its tone."""
    if row.last_result is None:
        return NOTHING_YET, "plain"
    if row.last_result == Result.SENT:
        return TAKEN, "ok"
    if row.last_status is None:
        return UNREACHED, "bad"
    return (BUSY, "attn") if row.last_status >= 500 or row.last_status == 429 else (REFUSED, "bad")  # noqa: PLR2004 - the numbers of HTTP
