"""Prepare a restored database for use: no number is given twice, no mail is sent twice."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select, update

from intranet import schedule  # noqa: F401 - registers every kind of outbox task
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.spaces.models import Space
from intranet.organisation.accounts.operations.invitations import pause_all
from intranet.organisation.accounts.operations.signing_in import end_all_sign_ins
from intranet.platform.audit.operations import record
from intranet.platform.core import clock, outbox
from intranet.platform.core.epochs import Epoch
from intranet.platform.core.unit_of_work import unit_of_work

MIN_REVISION_GAP = 1_000_000
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
RESTORED = "Restored"


@dataclass(frozen=True)
class RestoreSettlement:
    """The result of settling: the new epoch, tasks set aside, sign-ins ended."""

    epoch: str
    set_aside: int
    ended: int


def settle(copied_at: datetime | None, *, signs_out: bool) -> RestoreSettlement:
    """Start an epoch, raise revisions, set outgoing tasks aside and, if asked, sign everybody out.

    Invitations to many are paused, since letters may have left after the backup.

    Every conversation continues at a revision that was never used, not even after an earlier
    restore of the same backup: at least a million higher than any,
    and at least the number of seconds since 2026 began. Clients with a lower revision are told to
    start again (`messages.endpoints.Lost`). Positions continue without a gap, because the epoch
    tells them from earlier ones.

    Args:
        copied_at: when the backup was taken, if known.
        signs_out: whether everybody has to sign in again.
    """
    with unit_of_work() as work:
        highest = db.session.scalar(select(func.max(Conversation.rev))) or 0
        seconds = int((clock.now() - BEGINNING).total_seconds())
        rev = max(highest + MIN_REVISION_GAP, seconds)
        number = db.session.scalar(select(func.max(Epoch.number))) or 0
        epoch = Epoch(number=number + 1, rev=rev, copied_at=copied_at)
        work.add(epoch)
        db.session.execute(update(Conversation).values(rev=rev))
        # Invalidate the cached readers, in case a process is still running.
        db.session.execute(
            update(Space).values(members_version=Space.members_version + MIN_REVISION_GAP)
        )
        set_aside = outbox.set_aside(RESTORED)
        pause_all()
        ended = end_all_sign_ins() if signs_out else 0
        db.session.flush()
        record(
            "installation.restore",
            agency_id=None,
            actor_id=None,
            subject=("epoch", None),
            detail={"epoch": epoch.name, "copied_at": copied_at and copied_at.isoformat()},
        )
    return RestoreSettlement(epoch.name, set_aside, ended)
