"""E-mails about accounts, in the language of their recipient."""

from datetime import date

from flask_babel.speaklater import LazyString

from intranet.organisation.accounts.models import Account, AddressChange
from intranet.organisation.agencies.models import Administration, Agency
from intranet.organisation.agencies.role_labels import ROLE_NAMES
from intranet.organisation.people.models import Person
from intranet.platform.core import mail
from intranet.platform.core.dates import day
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.mail import Mail
from intranet.platform.core.mail_content import Block, Button, Letter, write
from intranet.platform.core.unit_of_work import Work
from intranet.platform.core.web import site_address

INVITATION = "/invitation/"
RESET = "/reset/"
ADDRESS = "/address/"
WRONG = _l("If this change is not correct, tell an administrator of your agency at once:")
PASSWORD_CHANGED = (
    _l("Your password has been changed"),
    _l("The password for your account has just been changed. Other devices have been signed out."),
    _l(
        "If you did not do this, ask for a new password at once and tell an "
        "administrator of your agency:"
    ),
)
SECOND_FACTOR_CHANGED = (
    _l("Your second factor has been changed"),
    _l("The second factor for your account has just been set up, changed or removed."),
    _l(
        "If you did not do this, change your password at once and tell an "
        "administrator of your agency:"
    ),
)
NUMBER_CHANGED = (
    _l("Your staff number has been changed"),
    _l("An administrator of your agency has changed the staff number you sign in with."),
    WRONG,
)
SECOND_FACTOR_RESET = (
    _l("Your second factor has been removed"),
    _l(
        "An administrator of your agency has just removed your second factor. All "
        "your devices have been signed out."
    ),
    _l(
        "Set up another second factor at once. If you did not ask for this, "
        "change your password too:"
    ),
)
CLOSED = (
    _l("Your account has been closed"),
    _l(
        "Your account has been closed and can no longer be used to sign in. Your "
        "posts and messages will be kept."
    ),
    WRONG,
)
OPENED = (
    _l("Your account has been reopened"),
    _l("An administrator of your agency has just reopened your account."),
    WRONG,
)


def language_of(account: Account) -> str:
    """Return the language in which to write to a person."""
    return account.locale or account.home_agency.language


def invitation(account: Account, secret: str) -> Mail:
    """Write the e-mail that invites a person to set a password."""
    with mail.in_language(language_of(account)):
        agency = agency_name(account)
        return _mail(
            account,
            _("Your invitation to %(agency)s", agency=agency),
            _(
                "%(agency)s has invited you to its intranet. Choose your password here:",
                agency=agency,
            ),
            Button(_("Choose your password"), site_address(INVITATION + secret)),
            _(
                "The link works once and is valid for 14 days. Once you have set your "
                "password, sign in with %(sign_in_name)s.",
                sign_in_name=account.email,
            ),
        )


def new_password(account: Account, secret: str) -> Mail:
    """Write the e-mail with the link for a new password."""
    with mail.in_language(language_of(account)):
        return _mail(
            account,
            _("Set a new password"),
            _(
                "A new password has been requested for your account. If you requested "
                "it, choose the new password here:"
            ),
            Button(_("Choose a new password"), site_address(RESET + secret)),
            _(
                "The link works once and is valid for one hour. Anyone with it can sign "
                "in as you, so do not share it."
            ),
            _(
                "If you did not ask for a new password, you do not need to do anything. "
                "Your password will not change."
            ),
        )


def post_notice(work: Work, account: Account, words: tuple[LazyString, ...]) -> None:
    """Tell a person of a change to their account; `words` are a subject and paragraphs."""
    _post(work, account, *words)


def address_change_mail(account: Account, change: AddressChange, secret: str) -> Mail:
    """Write the e-mail to the old mailbox, where its owner accepts or refuses the new address."""
    with mail.in_language(language_of(account)):
        return _mail(
            account,
            _("The e-mail address for your account is about to change"),
            _(
                "An administrator of %(agency)s has changed the e-mail address for your "
                "account to %(address)s.",
                agency=agency_name(account),
                address=change.email or _("none"),
            ),
            _(
                "The change will take effect in 24 hours. You can agree to it now, or "
                "refuse it and keep your current address:"
            ),
            Button(_("Accept or refuse the request"), site_address(ADDRESS + secret)),
        )


def post_address_to_be(work: Work, account: Account, change: AddressChange) -> None:
    """Tell a mailbox that it will become an account's address."""
    if change.email:
        _post(
            work,
            account,
            _l("Request to use this e-mail address for your account"),
            _l(
                "From tomorrow, e-mail about your account will be sent to this address. "
                "To apply the change sooner, agree to it from your old mailbox or on a "
                "signed-in device:"
            ),
            to=change.email,
        )


def post_address_changed(work: Work, account: Account, before: str | None) -> None:
    """Tell the old and the new mailbox that the address changed."""
    for address in dict.fromkeys((before, account.email)):
        if address:
            _post(
                work,
                account,
                _l("The e-mail address for your account has been changed"),
                _l(
                    "From now on, sign in with %(sign_in_name)s.",
                    sign_in_name=account.email or account.staff_number,
                ),
                WRONG,
                to=address,
            )


def post_token_made(work: Work, account: Account, name: str) -> None:
    """Tell a person that a program can now act in their name."""
    _post(
        work,
        account,
        _l("An access token has been created for your account"),
        _l("A program with the token “%(name)s” can now act on your behalf.", name=name),
        _l("If you did not authorise this access, revoke it and change your password at once:"),
        path="/me/tokens",
    )


def post_secret_address_made(work: Work, account: Account, path: str) -> None:
    """Tell a person that a secret address gives programs access to their data."""
    _post(
        work,
        account,
        _l("A calendar or feed address has been created for your account"),
        _l("Anyone with this address can read your calendar or announcements without signing in."),
        _l("If you did not authorise this access, revoke it and change your password at once:"),
        path=path,
    )


def post_offer(work: Work, account: Account, agency: Agency, post: str) -> None:
    """Ask a person whether they accept a post of another agency."""
    _post(
        work,
        account,
        _l("Another agency wants to appoint you"),
        _l(
            "%(agency)s has offered you the post of %(post)s. Nothing will change until "
            "you accept. If you accept, staff at the agency will see you as a colleague. "
            "You can accept or decline the offer here:",
            agency=agency_name(account, agency),
            post=post,
        ),
        path="/me/waiting",
    )


def post_offer_mail(
    work: Work, account: Account, person: Person, agency: Agency, post: str
) -> None:
    """Tell the administrators of a person's agency that another agency offers them a post."""
    _post(
        work,
        account,
        _l("Another agency wants to appoint one of your staff"),
        _l(
            "%(agency)s has offered %(name)s the post of %(post)s. The appointment will "
            "start if they accept.",
            agency=agency_name(account, agency),
            name=person.name,
            post=post,
        ),
    )


def post_added(work: Work, account: Account, agency: Agency) -> None:
    """Tell an account holder that another agency added them."""
    _post(
        work,
        account,
        _l("You have been added to another agency"),
        _l(
            "%(agency)s has added you to its intranet. Sign in as before, with %(sign_in_name)s:",
            agency=agency_name(account, agency),
            sign_in_name=account.email,
        ),
    )


ROLE_NOTICES = {
    "give": (
        _l("A role was given in %(agency)s"),
        _l("The post “%(post)s” in %(agency)s was given a role: %(role)s."),
    ),
    "change": (
        _l("A role was changed in %(agency)s"),
        _l("The dates or the deputy of a role of “%(post)s” in %(agency)s were changed: %(role)s."),
    ),
    "end": (
        _l("A role was ended in %(agency)s"),
        _l("The post “%(post)s” in %(agency)s no longer has this role: %(role)s."),
    ),
}


def post_role(work: Work, account: Account, row: Administration, verb: str) -> None:
    """Tell an administrator, or a holder of the post, of a role that was given or ended."""
    subject, text = ROLE_NOTICES[verb]
    with mail.in_language(language_of(account)):
        values = {
            "agency": agency_name(account, row.agency),
            "post": row.post.title.text(language_of(account), row.agency.language),
            "role": str(ROLE_NAMES[row.role]),
        }
        words = str(subject) % values, str(text) % values
    check = _l("If you did not expect this, speak to another administrator of your agency.")
    _post(work, account, *words, check, path=f"/admin/{row.agency.code}/administrators")


def post_last_administrator(work: Work, account: Account, agency: Agency, last_day: date) -> None:
    """Warn an administrator that after a day nobody will administer their agency."""
    with mail.in_language(language_of(account)):
        last = day(last_day)
    _post(
        work,
        account,
        _l("Your agency will soon have no administrator"),
        _l(
            "After %(day)s, nobody will administer %(agency)s. Give the administrator role to "
            "another post before then. Until someone else has it, the last administrator keeps it.",
            day=last,
            agency=agency_name(account, agency),
        ),
        path=f"/admin/{agency.code}/administrators",
    )


def agency_name(account: Account, agency: Agency | None = None) -> str:
    """Return the name of an agency, by default the person's own, in their language."""
    agency = agency or account.home_agency
    return agency.name.text(language_of(account), agency.language)


def _post(
    work: Work,
    account: Account,
    subject: LazyString | str,
    *paragraphs: LazyString | str,
    to: str | None = None,
    path: str = "/",
) -> None:
    if address := to or account.email:
        with mail.in_language(language_of(account)):
            button = Button(_("Open the intranet"), site_address(path))
            texts = [str(paragraph) for paragraph in paragraphs]
            mail.post(work, _mail(account, str(subject), *texts, button, to=address))


def _mail(account: Account, subject: str, *blocks: Block, to: str | None = None) -> Mail:
    """Write an e-mail to an account's owner, by default to the account's address."""
    agency = agency_name(account)
    greeting = _("Hello %(name)s,", name=account.person.name)
    letter = Letter(
        subject=subject,
        blocks=(greeting, *blocks),
        why=_(
            "You are receiving this e-mail because it concerns your account at %(agency)s.",
            agency=agency,
        ),
        sender=agency,
    )
    return write(letter, to=to or account.email or "", language=language_of(account))
