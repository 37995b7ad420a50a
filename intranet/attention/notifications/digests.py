"""The digest: one mail with everything due, at the start of the working day; never empty."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from intranet.attention.notifications import mail_texts
from intranet.attention.notifications.facts import facts_of
from intranet.attention.notifications.models import (
    Channel,
    Delivery,
    DigestChoice,
    Kind,
    Notification,
    Rhythm,
    State,
)
from intranet.attention.notifications.operations import set_rhythm
from intranet.attention.notifications.relevance import reason_to_leave_out
from intranet.attention.notifications.sending import record_outcome
from intranet.extensions import db
from intranet.organisation.accounts.letters import agency_name, language_of
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.worktime.queries import quiet_until
from intranet.platform.core import mail
from intranet.platform.core.i18n import _, _l, ngettext
from intranet.platform.core.mail import MailRefusedError, in_language, stable_id
from intranet.platform.core.mail_content import Block, Button, Letter, LetterEntry, write
from intranet.platform.core.outbox import enqueue
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.core.unsubscribe import stop_address, stoppable
from intranet.platform.core.web import site_address

SEND = "notifications.digest"
KIND = "notifications.digest"
MAX_ENTRIES = 40


def due(now: datetime) -> Sequence[UUID]:
    """Return people with waiting items who are at work and have had no digest this day or week."""
    rows = db.session.execute(
        select(Account, DigestChoice)
        .outerjoin(DigestChoice, DigestChoice.person_id == Account.person_id)
        .where(Account.person_id.in_(_waiting_for()))
    ).all()
    people = [account.person_id for account, choice in rows if _is_time(account, choice, now)]
    quiet = quiet_until(people, now)
    return [person_id for person_id in people if person_id not in quiet]


def enqueue_digest(person_id: UUID, now: datetime) -> None:
    """Claim this day's digest of a person and enqueue it, so that it is sent once."""
    with unit_of_work() as work:
        work.add_unless_there(DigestChoice, {"person_id": person_id, "rhythm": Rhythm.DAILY})
        choice = db.session.get_one(DigestChoice, person_id, with_for_update=True)
        account = db.session.scalars(select(Account).where(Account.person_id == person_id)).one()
        if _is_time(account, choice, now):
            choice.sent_at = now
            enqueue(work, SEND, {"person_id": str(person_id)})


def send(person_id: UUID, now: datetime) -> None:
    """Send a person's digest without items that are no longer useful; nothing if none is left.

    Raises:
        MailDelayedError: the server did not take it.
    """
    account = db.session.scalar(
        select(Account).where(
            Account.person_id == person_id,
            Account.state == AccountState.ACTIVE,
            Account.email.is_not(None),
        )
    )
    rows = _of(person_id)
    left = []
    for row in rows:
        if reason := reason_to_leave_out(row.notification, now):
            record_outcome(row, State.LEFT_OUT, reason, now)
        else:
            left.append(row)
    if not left:
        return
    if account is None:
        outcome = State.LEFT_OUT, "no_mailbox"
    else:
        try:
            if written := _letter(account, _things([row.notification for row in left]), now):
                mail.send(written)
            outcome = State.SENT, "digest"
        except MailRefusedError:
            outcome = State.FAILED, "refused"
    with unit_of_work():
        for row in left:
            record_outcome(row, *outcome, now)


@stoppable(KIND, _l("the digest of your notifications"))
def turn(person_id: UUID, is_on: bool) -> None:  # noqa: FBT001 - as the registry calls it
    """Turn a person's digest off, or on again as daily."""
    set_rhythm(person_id, Rhythm.DAILY if is_on else Rhythm.NEVER)


def _things(rows: Sequence[Notification]) -> list[Notification]:
    """Return one row for each subject, newest act first; a mention is preferred to later acts."""
    newest: dict[str, Notification] = {}
    for row in sorted(rows, key=lambda each: (each.kind == Kind.MENTION, each.acted_at)):
        newest[row.thing or row.key] = row
    return sorted(newest.values(), key=lambda row: row.acted_at, reverse=True)


def _letter(account: Account, rows: Sequence[Notification], now: datetime) -> mail.Mail | None:
    language = language_of(account)
    with in_language(language):
        facts = facts_of(account.person, rows)
        if not facts:
            return None
        blocks: list[Block] = [_("Hello %(name)s,", name=account.person.name)]
        for fact in facts[:MAX_ENTRIES]:
            said = mail_texts.words(fact.row, account, fact)
            blocks.append(LetterEntry(said.title, site_address(said.path), said.body))
        if more := len(facts[MAX_ENTRIES:]):
            blocks.append(ngettext("and %(num)s more.", "and %(num)s more.", more))
        blocks.append(Button(_("Open your notifications"), site_address("/notifications")))
        written = Letter(
            subject=ngettext(
                "You have %(num)s notification", "You have %(num)s notifications", len(facts)
            ),
            blocks=blocks,
            why=_("This digest is sent daily or weekly, when there is news for you."),
            sender=agency_name(account),
            stop=stop_address(account.person_id, KIND, language),
        )
    day = now.astimezone(ZoneInfo(account.home_agency.time_zone)).date()
    name = stable_id("digest", account.person_id, day)
    return write(written, to=account.email or "", language=language, message_id=name)


def _waiting_for() -> Select[UUID]:
    return (
        select(Notification.person_id)
        .join(Delivery, Delivery.notification_id == Notification.id)
        .where(Delivery.state == State.DIGEST, Delivery.channel == Channel.MAIL)
        .distinct()
    )


def _of(person_id: UUID) -> Sequence[Delivery]:
    return db.session.scalars(
        select(Delivery)
        .join(Notification, Notification.id == Delivery.notification_id)
        .where(
            Notification.person_id == person_id,
            Delivery.state == State.DIGEST,
            Delivery.channel == Channel.MAIL,
        )
        .options(joinedload(Delivery.notification).joinedload(Notification.message))
        .order_by(Notification.created_at, Notification.id)
    ).all()


def _is_time(account: Account, choice: DigestChoice | None, now: datetime) -> bool:
    rhythm = choice.rhythm if choice else Rhythm.DAILY
    if rhythm == Rhythm.NEVER:
        return False
    if choice is None or choice.sent_at is None:
        return True
    zone = ZoneInfo(account.time_zone or account.home_agency.time_zone)
    today, last = now.astimezone(zone).date(), choice.sent_at.astimezone(zone).date()
    return _week(today) > _week(last) if rhythm == Rhythm.WEEKLY else today > last


def _week(day: date) -> tuple[int, int]:
    year, week, _weekday = day.isocalendar()
    return year, week
