"""The account holder's own answer to a sensitive change, which makes a second person needless.

They agree on a signed-in device, by the link in the old mailbox, or with a printed code that was
handed to them. An administrator has all these at hand at times, but not what the holder knows: so
each way asks for the password, the second factor, or both, except for what was lost.
"""

from datetime import timedelta

from intranet.extensions import db
from intranet.organisation.accounts import queries, second_factor
from intranet.organisation.accounts.events import AccountConcerned
from intranet.organisation.accounts.models import (
    Account,
    ApprovedBy,
    LinkPurpose,
    SensitiveChange,
)
from intranet.organisation.accounts.operations.links import open_link, withdraw_links
from intranet.organisation.accounts.operations.own_account import confirm_password
from intranet.organisation.accounts.operations.second_factors import check_code
from intranet.organisation.accounts.operations.sensitive_changes import (
    apply_change,
    get_waiting,
    may_print,
    note_change,
    refuse,
)
from intranet.organisation.accounts.random_secrets import keyed_hash
from intranet.organisation.accounts.sensitive_kinds import KINDS, Lacks
from intranet.organisation.agencies.access import require_administrator
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.unit_of_work import Work, unit_of_work

CODE_LIFETIME = timedelta(days=3)
CODE_PARTS = 3
WRONG_CODE = _l("This code is not valid. Ask the administrator for a new one.")


def agree(
    account: Account, change: SensitiveChange, *, password: str, code: str, address: str
) -> None:
    """Agree to a change on a signed-in device; it takes effect at once.

    Raises:
        NotFound: it waits no longer.
        Forbidden: two administrators have to vouch for the account holder.
        ConfirmationNeeded: they have no password, and have not confirmed in another way lately.
        Invalid: the password or the code is wrong.
        TooMany: there were too many wrong ones.
    """
    change = get_waiting(account.id, change.id)
    lacks = KINDS[change.kind].lacks
    if lacks == Lacks.EVERYTHING:
        raise Forbidden(_l("Enter the printed code that an administrator hands over to you."))
    if lacks != Lacks.PASSWORD and not queries.confirms_by_password(account):
        require_confirmed(account.person)  # by their provider or a passkey, without a password
    else:
        _prove(account, lacks, password, code, address)
    with unit_of_work() as work:
        work.lock(account)
        _agreed(work, get_waiting(account.id, change.id), ApprovedBy.OWNER)


def answer_by_mail(secret: str, *, agrees: bool) -> Account:
    """Agree to a new address, or refuse all that waits, by the link in the old mailbox.

    Raises:
        NotFound: the link is no longer valid, or nothing waits that a mailbox can agree to.
    """
    with unit_of_work() as work:
        account = open_link(LinkPurpose.CHANGES, secret).account
        if account is None:
            raise NotFound
        if not agrees:
            refuse(account)
            return account
        work.lock(account)
        waiting = queries.waiting_changes(account.id)
        agreed = [change for change in waiting if KINDS[change.kind].mailbox_agrees]
        if not agreed:
            raise NotFound
        for change in agreed:
            _agreed(work, change, ApprovedBy.OWNER)
        if len(agreed) == len(waiting):
            withdraw_links(account.id, LinkPurpose.CHANGES)
    return account


def print_code(actor: Person, change: SensitiveChange) -> str:
    """Return a new code to print and hand over; it is shown once and lasts three days.

    Raises:
        NotFound: the change waits no longer.
        Forbidden: the actor does not administer the agency, or the code alone would be enough and
            they are not the one who approved the change.
    """
    with unit_of_work() as work:
        work.lock(change.account)
        change = get_waiting(change.account_id, change.id)
        require_administrator(actor, change.account.home_agency_id)
        if not may_print(actor, change):
            raise Forbidden(_l("This change cannot be confirmed with a code from you."))
        require_confirmed(actor)
        code = "-".join(second_factor.random_letters(4) for _part in range(CODE_PARTS))
        change.code_hash = _hash(code, change)
        change.code_ends_at = clock.now() + CODE_LIFETIME
        change.code_by_id = actor.id
        note_change("account.print_code", change, actor)
        person_id = change.account.person_id
        work.publish(AccountConcerned(person_id, "account_code", "/me/waiting", actor.id))
    return code


def agree_by_code(
    account: Account | None, handed: str, *, password: str, code: str, address: str
) -> SensitiveChange:
    """Agree with a printed code and what the account holder still has.

    Args:
        account: None if nobody has the name that was typed; it is answered alike.
        handed: the printed code.

    Raises:
        Invalid: the printed code, the password or the code of the app is wrong.
        TooMany: there were too many wrong ones.
    """
    change = _change_of_code(account, handed) if account else None
    if account is None or change is None:
        raise Invalid({"handed": WRONG_CODE})
    lacks = KINDS[change.kind].lacks
    if lacks != Lacks.EVERYTHING:
        _prove(account, lacks, password, code, address)
    with unit_of_work() as work:
        work.lock(account)
        change = _change_of_code(account, handed)
        if change is None or (lacks == Lacks.EVERYTHING and not change.is_due):
            raise Invalid({"handed": WRONG_CODE})
        _agreed(work, change, ApprovedBy.CODE)
    return change


def _change_of_code(account: Account, handed: str) -> SensitiveChange | None:
    now = clock.now()
    for change in queries.waiting_changes(account.id):
        is_open = change.code_hash and change.code_ends_at and change.code_ends_at > now
        if is_open and change.code_hash == _hash(handed, change):
            return change
    return None


def _hash(code: str, change: SensitiveChange) -> str:
    plain = second_factor.plain_recovery_code(code)
    return keyed_hash(plain, f"sensitive change {change.id}")


def _prove(account: Account, lacks: Lacks, password: str, code: str, address: str) -> None:
    if lacks != Lacks.PASSWORD:
        confirm_password(account, password, address=address)
    is_code_asked = account.has_second_factor and lacks != Lacks.FACTOR
    if is_code_asked and not check_code(account, code, address=address):
        words = _l("This code is not valid or has already been used. Wait for the next code.")
        raise Invalid({"code": words})


def _agreed(work: Work, change: SensitiveChange, how: ApprovedBy) -> None:
    change.approved, change.holds_at = how, clock.now()
    note_change("account.agree_change", change, change.account.person)
    if KINDS[change.kind].is_taken:
        db.session.add(change)
    else:
        apply_change(work, change)
