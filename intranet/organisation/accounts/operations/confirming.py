"""Check password and second factor again, for every sensitive operation.

Who has no password, or may not use it, confirms by a provider instead: it vouches for them anew,
and a code that it did not ask for is asked for here.
"""

import logging
from uuid import UUID

from intranet.extensions import db
from intranet.organisation.accounts.access import Identity
from intranet.organisation.accounts.models import Account, SignIn
from intranet.organisation.accounts.operations import one_uses
from intranet.organisation.accounts.operations.own_account import confirm_password
from intranet.organisation.accounts.operations.passkeys import use_passkey
from intranet.organisation.accounts.operations.second_factors import check_code
from intranet.organisation.accounts.passkeys import PasskeyPurpose, PasskeySite
from intranet.organisation.accounts.queries import confirms_by_password
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid, SignInRequired
from intranet.platform.core.i18n import _l
from intranet.platform.core.step_up import confirmed_since, is_confirmed
from intranet.platform.core.unit_of_work import unit_of_work

log = logging.getLogger("intranet.security")

VOUCHED = "confirmed_outside"


def confirm(identity: Identity, password: str, code: str | None, *, address: str) -> None:
    """Check both factors and mark the sign-in as confirmed.

    In the place of a password, a provider may have vouched for the person within ten minutes.

    Raises:
        SignInRequired: the request carries a token.
        Invalid: the password or the code is wrong, or no provider has vouched for the person.
        TooMany: there were too many wrong tries.
    """
    if identity.sign_in_id is None:
        raise SignInRequired
    account = identity.account
    if confirms_by_password(account):
        confirm_password(account, password, address=address)
    elif one_uses.take(VOUCHED, str(identity.sign_in_id)) is None:
        raise Invalid({"password": _l("Confirm with your organisation first.")})
    if account.has_second_factor and not is_confirmed():
        _check_code(identity, code, address)
    _mark(identity.sign_in_id, account)


def confirm_by_passkey(
    identity: Identity, answer_text: str, site: PasskeySite, *, address: str
) -> None:
    """Check a passkey of this account, which is both factors, and mark the sign-in as confirmed.

    Raises:
        SignInRequired: the request carries a token.
        Invalid: the answer proves nothing.
        TooMany: there were too many wrong tries.
    """
    if identity.sign_in_id is None:
        raise SignInRequired
    account = identity.account
    fits = use_passkey(answer_text, PasskeyPurpose.CONFIRM, site, address=address, account=account)
    if not fits:
        raise Invalid({"passkey": _l("This passkey could not be checked. Try again.")})
    _mark(identity.sign_in_id, account)


def confirm_outside(identity: Identity, *, needs_code: bool) -> None:
    """Mark the sign-in as confirmed, now that a provider vouched anew for its person.

    Args:
        needs_code: whether the code of the second factor is still to come, with `confirm`.
    """
    if identity.sign_in_id is None:
        raise SignInRequired
    if needs_code:
        one_uses.take(VOUCHED, str(identity.sign_in_id))
        one_uses.begin(VOUCHED, {}, str(identity.sign_in_id))
    else:
        _mark(identity.sign_in_id, identity.account)


def _mark(sign_in_id: UUID, account: Account) -> None:
    now = clock.now()
    with unit_of_work():
        db.session.get_one(SignIn, sign_in_id).confirmed_at = now
    confirmed_since(now)
    log.info("confirmed account=%s sign_in=%s", account.id, sign_in_id)


def _check_code(identity: Identity, code: str | None, address: str) -> None:
    if not code or not check_code(identity.account, code, address=address):
        words = _l("This code is not valid or has already been used. Wait for the next code.")
        raise Invalid({"code": words})
