"""The mails about accounts, in the language of who gets them."""

from flask import current_app
from flask_babel.speaklater import LazyString

from intranet.accounts.models import Account
from intranet.agencies.models import Agency
from intranet.core import mail
from intranet.core.i18n import _, _l
from intranet.core.mail import Mail
from intranet.core.unit_of_work import Work
from intranet.core.web import site_address

INVITATION = "/invitation/"
RESET = "/reset/"


def language_of(account: Account) -> str:
    """The language a person is written to in."""
    return account.locale or account.home_agency.language


def invitation(account: Account, secret: str) -> Mail:
    """The mail by which somebody is invited to set a password."""
    with mail.in_language(language_of(account)):
        subject = _("Your invitation to %(agency)s", agency=agency_name(account))
        return _mail(account, subject, "invitation", address=site_address(INVITATION + secret))


def new_password(account: Account, secret: str) -> Mail:
    """The mail with the link for a new password."""
    with mail.in_language(language_of(account)):
        subject = _("Set a new password")
        return _mail(account, subject, "new_password", address=site_address(RESET + secret))


def post_password_changed(work: Work, account: Account) -> None:
    """Tell somebody that their password is another now."""
    _post(work, account, "password_changed", _l("Your password was changed"))


def post_second_factor_changed(work: Work, account: Account) -> None:
    """Tell somebody that their second factor was set up or taken away."""
    _post(work, account, "second_factor_changed", _l("Your second factor was changed"))


def post_added(work: Work, account: Account, agency: Agency) -> None:
    """Tell somebody who has an account that another agency counts on them as well."""
    _post(work, account, "added", _l("You were added to another agency"), other=agency)


def agency_name(account: Account, agency: Agency | None = None) -> str:
    """The name of an agency, of somebody's own if none is given, in their language."""
    agency = agency or account.home_agency
    return agency.name.text(language_of(account), agency.language)


def _post(
    work: Work, account: Account, letter: str, subject: LazyString, other: Agency | None = None
) -> None:
    if account.email:
        with mail.in_language(language_of(account)):
            mail.post(work, _mail(account, str(subject), letter, other=other))


def _mail(
    account: Account, subject: str, letter: str, *, address: str = "", other: Agency | None = None
) -> Mail:
    """Write a mail. Templates of mails know nothing of a request."""
    template = current_app.jinja_env.get_template(f"accounts/mail/{letter}.txt")
    text = template.render(
        name=account.person.name,
        agency=agency_name(account),
        other=agency_name(account, other) if other else "",
        sign_in_name=account.email,
        address=address or site_address("/"),
    )
    language = language_of(account)
    return Mail(to=account.email or "", subject=subject, text=text, language=language)
