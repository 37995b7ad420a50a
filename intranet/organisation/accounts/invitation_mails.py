"""E-mails about invitations and about accounts that end, in the language of their recipient."""

from collections.abc import Sequence
from dataclasses import replace

from intranet.organisation.accounts.letters import (
    INVITATION,
    account_mail,
    agency_name,
    language_of,
)
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.models import Agency
from intranet.platform.core import mail
from intranet.platform.core.dates import day
from intranet.platform.core.i18n import _
from intranet.platform.core.mail import Mail
from intranet.platform.core.mail_content import Button, Points, Quote
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import Work
from intranet.platform.core.web import site_address


def invitation(
    account: Account,
    secret: str,
    *,
    sentence: Localized | None = None,
    number: int = 1,
    agency: Agency | None = None,
    language: str | None = None,
) -> Mail:
    """Write the e-mail that invites a person to set a password.

    Args:
        account: the account of the person.
        secret: the secret of the link; without one the link leads to the sign-in page.
        sentence: the agency's own, in one or more languages.
        number: how many letters the person got, this one included; all but the first remind them.
        agency: the agency that invites, by default the person's own.
        language: the language of the letter, by default the person's own.
    """
    language = language or language_of(account)
    host = agency or account.home_agency
    own = (sentence or Localized()).text(language, host.language)
    with mail.in_language(language):
        name = host.name.text(language, host.language)
        subject = (
            _("Your invitation to %(agency)s", agency=name)
            if number == 1
            else _("Reminder: your invitation to %(agency)s", agency=name)
        )
        letter = account_mail(
            account,
            subject,
            _(
                "%(agency)s has invited you to its intranet. Choose your password here:",
                agency=name,
            ),
            *([Quote(own)] if own else []),
            Button(
                _("Choose your password"),
                site_address(INVITATION + secret if secret else "/signin"),
            ),
            _(
                "The link works once and is valid for 14 days. Once you have set your "
                "password, sign in with %(sign_in_name)s.",
                sign_in_name=account.email or account.staff_number,
            ),
        )
    # A letter that a server gets twice has the same id.
    return replace(letter, message_id=mail.stable_id("invitation", account.id, number))


def not_invited(account: Account, administrators: Sequence[str]) -> Mail:
    """Write to a person who asks for a password and was not invited yet."""
    with mail.in_language(language_of(account)):
        return account_mail(
            account,
            _("Your account is waiting for its invitation"),
            _(
                "A new password has been requested for your account. You have not chosen one yet: "
                "%(agency)s will send you an invitation for that.",
                agency=agency_name(account),
            ),
            _whom_to_ask(administrators),
        )


def account_ended(account: Account, administrators: Sequence[str]) -> Mail:
    """Write to a person who asks for a password and whose account has ended."""
    with mail.in_language(language_of(account)):
        return account_mail(
            account,
            _("Your account has ended"),
            _(
                "A new password has been requested for your account. The account has ended and "
                "can no longer be used to sign in."
            ),
            _whom_to_ask(administrators),
        )


def post_end_ahead(work: Work, account: Account) -> None:
    """Warn a person that their account will end."""
    if account.email and account.expires_on:
        with mail.in_language(language_of(account)):
            letter = account_mail(
                account,
                _("Your account will end soon"),
                _(
                    "You can sign in until %(day)s. After that day no one can sign in with your "
                    "account; your posts and messages will be kept.",
                    day=day(account.expires_on),
                ),
                _("If you need it for longer, ask an administrator of your agency to renew it."),
                Button(_("Open the intranet"), site_address()),
            )
            mail.post(work, letter)


def post_ends_ahead(work: Work, account: Account, names: Sequence[str], path: str) -> None:
    """Tell an administrator which accounts of their agency will end."""
    if account.email:
        with mail.in_language(language_of(account)):
            letter = account_mail(
                account,
                _("Accounts of your agency will end soon"),
                Points(_("Their people will not be able to sign in after that day."), names),
                Button(_("Renew or let them end"), site_address(path)),
            )
            mail.post(work, letter)


def _whom_to_ask(administrators: Sequence[str]) -> str:
    if not administrators:
        return _("Ask an administrator of your agency.")
    return _("Ask an administrator of your agency: %(names)s.", names=", ".join(administrators))
