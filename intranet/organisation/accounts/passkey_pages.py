"""Tell pages how to ask a browser for a passkey: the site, and options for the script."""

from urllib.parse import urlsplit

from flask import request

from intranet.organisation.accounts import queries
from intranet.organisation.accounts.models import Account
from intranet.organisation.accounts.passkeys import (
    PasskeyPurpose,
    PasskeySite,
    adding_options,
    using_options,
)


def passkey_site() -> PasskeySite:
    """Return the site as the browser of this request knows it."""
    origin = request.host_url.rstrip("/")
    return PasskeySite(urlsplit(origin).hostname or "", origin)


def own_passkey_options(account: Account, purpose: PasskeyPurpose) -> str | None:
    """Return the options for using a passkey of this account; None if it has none."""
    site = passkey_site()
    if not (account.has_passkey and site.can_have_passkeys):
        return None
    known = queries.passkeys_of(account.id)
    return using_options(purpose, site, account_id=account.id, known=known)


def new_passkey_options(account: Account) -> str | None:
    """Return the options for adding a passkey; None where browsers have none."""
    site = passkey_site()
    if not site.can_have_passkeys:
        return None
    return adding_options(account, queries.passkeys_of(account.id), site)
