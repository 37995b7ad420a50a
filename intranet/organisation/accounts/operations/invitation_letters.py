"""Send invitations, each once: the state is stored before a letter leaves, and after.

A process that is killed between the two leaves one letter in doubt. It is not sent again by itself:
its administrators see that it may have arrived, and decide.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, select, update

from intranet.extensions import db
from intranet.organisation.accounts import invitation_mails
from intranet.organisation.accounts.invitation_models import (
    AccountInvitation,
    InvitationRules,
    InvitationRun,
    InvitationState,
)
from intranet.organisation.accounts.models import Account, AccountState, LinkPurpose, OneTimeLink
from intranet.organisation.accounts.operations.links import LINK_LIFETIMES, new_link
from intranet.organisation.accounts.random_secrets import hash_of
from intranet.organisation.accounts.refusals import (
    WORDS_LIMIT,
    LetterRefusal,
    domain_of,
    reason_of,
)
from intranet.organisation.agencies.access import require_right
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Person
from intranet.platform.core import clock, mail
from intranet.platform.core.database import insert_into
from intranet.platform.core.errors import Conflict
from intranet.platform.core.i18n import _l
from intranet.platform.core.mail import Mail, MailDelayedError, MailRefusedError
from intranet.platform.core.outbox import Pace, enqueue, handler
from intranet.platform.core.unit_of_work import Work, unit_of_work

KIND: Final = "accounts.invitation"
REFUSALS_BEFORE_ASKING = 3
"""After so many refusals of a domain that accepted nothing, the rest of its letters waits."""


def enqueue_letter(work: Work, account_id: UUID, number: int) -> None:
    """Within an operation: have the letter of this round sent, now."""
    enqueue(work, KIND, {"account_id": str(account_id), "round": number})


def invite_now(work: Work, account: Account) -> None:
    """Within an operation: send a single invitation at once, whatever the pace of runs is."""
    domain = domain_of(account.email)
    new = {
        "account_id": account.id,
        "agency_id": account.home_agency_id,
        "state": InvitationState.LEAVING,
        "domain": domain,
        "queued_at": clock.now(),
    }
    again = {"state": InvitationState.LEAVING, "run_id": None, "domain": domain, "reason": ""}
    db.session.execute(
        insert_into(AccountInvitation)
        .values(new | {"round": 1, "is_filed": False, "reason": "", "words": ""})
        .on_conflict_do_update(
            index_elements=[AccountInvitation.account_id],
            set_={
                **again,
                "words": "",
                "round": AccountInvitation.round + 1,
                "queued_at": clock.now(),
            },
        )
    )
    number = db.session.scalar(
        select(AccountInvitation.round).where(AccountInvitation.account_id == account.id)
    )
    enqueue_letter(work, account.id, number or 1)


@handler(
    KIND, pace=Pace.MANY, patience=2 * mail.PATIENCE, surroundings=mail.mailer, reaches_out=True
)
def send_invitation(payload: Mapping[str, Any]) -> None:
    """Send the letter of a round, unless it was cancelled, or may have left already.

    Raises:
        MailDelayedError: the server does not accept it now; it is tried again, for three days.
    """
    account_id, number = UUID(payload["account_id"]), int(payload["round"])
    try:
        mail.require_server()
    except MailDelayedError:
        _give_up(account_id, number)
        raise
    begun = _begin(account_id, number)
    if begun is None:
        return
    letter, secret = begun
    try:
        mail.send(letter)
    except MailRefusedError as error:
        _refused(account_id, number, reason_of(error), error.words)
    except MailDelayedError as error:
        if error.may_have_arrived:
            _move(account_id, number, InvitationState.SENDING, state=InvitationState.IN_DOUBT)
            return
        _delayed(account_id, number, secret)
        raise
    else:
        _sent(account_id, number)


def letter_to_read(account: Account, agency: Agency, language: str) -> Mail:
    """Return the letter of an agency as this person would get it, without a link that works."""
    rules = db.session.get(InvitationRules, agency.id)
    sentence = rules.sentence if rules else None
    return invitation_mails.invitation(
        account, "", sentence=sentence, agency=agency, language=language
    )


def send_test(actor: Person, agency: Agency, account: Account, language: str) -> None:
    """Send the letter of an agency to an administrator, to read it as its people will.

    Raises:
        Forbidden: no role of the actor in the agency allows it.
        Conflict: they have no mailbox.
    """
    require_right(actor, Act.PEOPLE, agency.id)
    if not account.email:
        raise Conflict(_l("You have no e-mail address."))
    with unit_of_work() as work:
        mail.post(work, replace(letter_to_read(account, agency, language), message_id=""))


def note_opened(account_id: UUID) -> None:
    """Note that the link of a letter was opened, so the letter arrived."""
    with unit_of_work():
        row = db.session.get(AccountInvitation, account_id)
        if row is None or row.opened_at:
            return
        row.opened_at = clock.now()
        if row.state == InvitationState.IN_DOUBT:
            row.state, row.sent_at = InvitationState.SENT, row.sent_at or clock.now()


def withdraw(account_id: UUID) -> None:
    """Within an operation: forget the invitation of an account; its links are withdrawn apart."""
    db.session.execute(delete(AccountInvitation).where(AccountInvitation.account_id == account_id))


def _begin(account_id: UUID, number: int) -> tuple[Mail, str] | None:
    """Note that the letter is about to leave, and return it with the secret of its link."""
    with unit_of_work():
        account = db.session.get(Account, account_id, populate_existing=True)
        row = db.session.get(AccountInvitation, account_id, populate_existing=True)
        if account is None or row is None or row.round != number:
            return None
        if row.state == InvitationState.SENDING:  # a process died while it was sending
            _move(account_id, number, row.state, state=InvitationState.IN_DOUBT)
        elif row.state == InvitationState.LEAVING and _may_leave(account, row):
            ends_at = clock.now() + LINK_LIFETIMES[LinkPurpose.INVITATION]
            values = {"state": InvitationState.SENDING, "expires_at": ends_at, "opened_at": None}
            if _move(account_id, number, row.state, **values):
                return _written(account, number)
    return None


def _may_leave(account: Account, row: AccountInvitation) -> bool:
    """Return whether the letter is still wanted and its domain is not in question."""
    if account.state != AccountState.INVITED or not account.email:
        withdraw(account.id)
        return False
    if _is_questioned(row):
        _move(account.id, row.round, row.state, state=InvitationState.HELD)
        return False
    return True


def _written(account: Account, number: int) -> tuple[Mail, str]:
    secret = new_link(LinkPurpose.INVITATION, account.id)
    rules = db.session.get(InvitationRules, account.home_agency_id)
    sentence = rules.sentence if rules else None
    return invitation_mails.invitation(account, secret, sentence=sentence, number=number), secret


def _sent(account_id: UUID, number: int) -> None:
    values = {"state": InvitationState.SENT, "sent_at": clock.now()}
    is_filed = bool(mail.letter_folder())
    with unit_of_work():
        for before in (InvitationState.SENDING, InvitationState.IN_DOUBT):
            _move(account_id, number, before, **values, is_filed=is_filed)


def _delayed(account_id: UUID, number: int, secret: str) -> None:
    """Take back that the letter left: the server answered that it did not accept it."""
    with unit_of_work():
        db.session.execute(delete(OneTimeLink).where(OneTimeLink.token_hash == hash_of(secret)))
        _move(account_id, number, InvitationState.SENDING, state=InvitationState.LEAVING)
    _give_up(account_id, number)


def _give_up(account_id: UUID, number: int) -> None:
    """After three days without an answer of the mail server, count the letter as refused."""
    row = db.session.get(AccountInvitation, account_id, populate_existing=True)
    if row and row.round == number and clock.now() > row.queued_at + mail.PATIENCE:
        _refused(account_id, number, LetterRefusal.SILENCE, "")


def _refused(account_id: UUID, number: int, reason: LetterRefusal, words: str) -> None:
    with unit_of_work():
        values = {"reason": reason.value, "words": words[:WORDS_LIMIT]}
        for before in (InvitationState.SENDING, InvitationState.LEAVING):
            _move(account_id, number, before, state=InvitationState.REFUSED, **values)
        row = db.session.get_one(AccountInvitation, account_id, populate_existing=True)
        if _is_questioned(row):
            db.session.execute(
                update(AccountInvitation)
                .where(
                    AccountInvitation.run_id == row.run_id,
                    AccountInvitation.domain == row.domain,
                    AccountInvitation.state == InvitationState.WAITING,
                )
                .values(state=InvitationState.HELD)
            )


def _is_questioned(row: AccountInvitation) -> bool:
    """Return whether the domain refused the first letters of the run, and accepted none."""
    run = db.session.get(InvitationRun, row.run_id) if row.run_id else None
    if run is None or row.domain in run.passed_domains:
        return False
    there = (AccountInvitation.run_id == run.id) & (AccountInvitation.domain == row.domain)
    counted = dict(
        db.session.execute(
            select(AccountInvitation.state, func.count())
            .where(there)
            .group_by(AccountInvitation.state)
        ).all()
    )
    refused = counted.get(InvitationState.REFUSED, 0)
    return refused >= REFUSALS_BEFORE_ASKING and not counted.get(InvitationState.SENT)


def _move(account_id: UUID, number: int, before: InvitationState, **values: object) -> bool:
    """Change the letter of a round if it is in this state; return whether it was."""
    result = db.session.execute(
        update(AccountInvitation)
        .where(
            AccountInvitation.account_id == account_id,
            AccountInvitation.round == number,
            AccountInvitation.state == before,
        )
        .values(**values)
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]
