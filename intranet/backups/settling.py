"""What a copy that was brought back may not begin with: numbers given twice, mails sent twice."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select, update

from intranet import schedule  # noqa: F401 - with it every kind of work is known
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.spaces.models import Space
from intranet.organisation.accounts.operations.signing_in import end_all_sign_ins
from intranet.platform.audit.operations import record
from intranet.platform.core import clock, outbox
from intranet.platform.core.epochs import Epoch
from intranet.platform.core.unit_of_work import unit_of_work

AHEAD = 1_000_000
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
RESTORED = "Restored"


@dataclass(frozen=True)
class Settled:
    """What was done: the epoch that begins, mails that are not sent, sign-ins that were ended."""

    epoch: str
    set_aside: int
    ended: int


def settle(copied_at: datetime | None, *, signs_out: bool) -> Settled:
    """Begin an epoch, and let nothing of the one before go on that could do harm.

    Every conversation goes on at a revision that was never given, also not after an earlier
    return of the same copy: further on than a million changes, and than one a second since 2026.
    Who kept a lower one is told to begin anew (`messages.doors.Lost`). Places go on where the copy
    ends, without a gap: with the epoch a place is unlike those of before.

    Args:
        copied_at: when the copy was taken, where that is known.
        signs_out: whether everybody has to sign in again.
    """
    with unit_of_work() as work:
        highest = db.session.scalar(select(func.max(Conversation.rev))) or 0
        seconds = int((clock.now() - BEGINNING).total_seconds())
        rev = max(highest + AHEAD, seconds)
        number = db.session.scalar(select(func.max(Epoch.number))) or 0
        epoch = Epoch(number=number + 1, rev=rev, copied_at=copied_at)
        work.add(epoch)
        db.session.execute(update(Conversation).values(rev=rev))
        # A process that ran on would take the readers that it remembers for those of now.
        db.session.execute(update(Space).values(members_version=Space.members_version + AHEAD))
        set_aside = outbox.set_aside(RESTORED)
        ended = end_all_sign_ins() if signs_out else 0
        db.session.flush()
        record(
            "installation.restore",
            agency_id=None,
            actor_id=None,
            subject=("epoch", None),
            detail={"epoch": epoch.name, "copied_at": copied_at and copied_at.isoformat()},
        )
    return Settled(epoch.name, set_aside, ended)
