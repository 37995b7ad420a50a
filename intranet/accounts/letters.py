"""The mails about accounts, in the language of who gets them."""

from flask_babel.speaklater import LazyString

from intranet.accounts.models import Account
from intranet.agencies.models import Agency
from intranet.core import mail
from intranet.core.i18n import _, _l
from intranet.core.letters import Block, Button, Letter, write
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
        agency = agency_name(account)
        return _mail(
            account,
            _("Your invitation to %(agency)s", agency=agency),
            _("%(agency)s invites you to its intranet. Choose your password here:", agency=agency),
            Button(_("Choose your password"), site_address(INVITATION + secret)),
            _(
                "The link works once and for 14 days. "
                "Afterwards you sign in with %(sign_in_name)s.",
                sign_in_name=account.email,
            ),
        )


def new_password(account: Account, secret: str) -> Mail:
    """The mail with the link for a new password."""
    with mail.in_language(language_of(account)):
        return _mail(
            account,
            _("Set a new password"),
            _("Somebody asked for a new password for your account, we hope you. Choose it here:"),
            Button(_("Choose a new password"), site_address(RESET + secret)),
            _(
                "The link works once and for one hour. "
                "Who has it can sign in as you: pass it to nobody."
            ),
            _("If it was not you, do nothing: your password stays as it is."),
        )


def post_password_changed(work: Work, account: Account) -> None:
    """Tell somebody that their password is another now."""
    _post(
        work,
        account,
        _l("Your password was changed"),
        _l("The password of your account was changed just now, and other devices were signed out."),
        _l(
            "If it was not you, ask for a new password at once "
            "and tell the administrator of your agency:"
        ),
    )


def post_second_factor_changed(work: Work, account: Account) -> None:
    """Tell somebody that their second factor was set up or taken away."""
    _post(
        work,
        account,
        _l("Your second factor was changed"),
        _l("The second factor of your account was set up, changed or taken away just now."),
        _l(
            "If it was not you, change your password at once "
            "and tell the administrator of your agency:"
        ),
    )


def post_added(work: Work, account: Account, agency: Agency) -> None:
    """Tell somebody who has an account that another agency counts on them as well."""
    _post(
        work,
        account,
        _l("You were added to another agency"),
        _l(
            "%(agency)s has added you to its intranet. "
            "You sign in as before, with %(sign_in_name)s:",
            agency=agency_name(account, agency),
            sign_in_name=account.email,
        ),
    )


def agency_name(account: Account, agency: Agency | None = None) -> str:
    """The name of an agency, of somebody's own if none is given, in their language."""
    agency = agency or account.home_agency
    return agency.name.text(language_of(account), agency.language)


def _post(work: Work, account: Account, subject: LazyString, *paragraphs: LazyString) -> None:
    if account.email:
        with mail.in_language(language_of(account)):
            button = Button(_("Open the intranet"), site_address("/"))
            texts = [str(paragraph) for paragraph in paragraphs]
            mail.post(work, _mail(account, str(subject), *texts, button))


def _mail(account: Account, subject: str, *blocks: Block) -> Mail:
    """Write a mail to the owner of an account."""
    agency = agency_name(account)
    greeting = _("Hello %(name)s,", name=account.person.name)
    letter = Letter(
        subject=subject,
        blocks=(greeting, *blocks),
        why=_("You get this mail because it is about your account at %(agency)s.", agency=agency),
        sender=agency,
    )
    return write(letter, to=account.email or "", language=language_of(account))
