"""E-mails about accounts, in the language of their recipient."""

from collections.abc import Sequence

from flask_babel.speaklater import LazyString

from intranet.organisation.accounts.models import Account, SensitiveChange
from intranet.organisation.accounts.sensitive_kinds import KINDS
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core import mail
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.mail import Mail
from intranet.platform.core.mail_content import Block, Button, Letter, write
from intranet.platform.core.unit_of_work import Work
from intranet.platform.core.web import site_address

INVITATION = "/invitation/"
RESET = "/reset/"
CHANGES = "/not-me/"
Notice = tuple[LazyString, LazyString, LazyString]
"""A notice: its subject, what was done, and what to do if that is wrong."""
WRONG = _l("If this change is not correct, tell an administrator of your agency at once:")
PASSWORD_CHANGED = (
    _l("Your password has been changed"),
    _l("The password for your account has just been changed. Other devices have been signed out."),
    _l(
        "If you did not do this, ask for a new password at once and tell an "
        "administrator of your agency:"
    ),
)
_NOT_YOU = _l(
    "If you did not do this, change your password at once and tell an administrator of your agency:"
)
SECOND_FACTOR_CHANGED = (
    _l("Your second factor has been changed"),
    _l("The second factor for your account has just been set up, changed or removed."),
    _NOT_YOU,
)
PASSKEY_ADDED = (
    _l("A passkey has been added to your account"),
    _l("A device can now sign in to your account with a fingerprint or PIN."),
    _NOT_YOU,
)
PASSKEY_REMOVED = (
    _l("A passkey has been removed from your account"),
    _l("A device can no longer sign in to your account with a fingerprint or PIN."),
    _NOT_YOU,
)
PASSKEYS_LOST = (
    _l("Passkeys have been removed from your account"),
    _l(
        "At the request of an administrator of your agency, passkeys that you had lost have been "
        "removed. All your devices have been signed out."
    ),
    WRONG,
)
PASSWORD_REMOVED = (
    _l("Your password has been removed"),
    _l("From now on, you sign in only with a passkey."),
    _l("If you did not do this, set a new password at once and tell an administrator:"),
)
NUMBER_CHANGED = (
    _l("Your staff number has been changed"),
    _l("An administrator of your agency has changed the staff number you sign in with."),
    WRONG,
)
SECOND_FACTOR_RESET = (
    _l("Your second factor has been removed"),
    _l(
        "At the request of an administrator of your agency, your second factor has been removed. "
        "All your devices have been signed out."
    ),
    _l(
        "Set up another second factor at once. If you did not ask for this, "
        "change your password too:"
    ),
)
TOKENS_ENDED = (
    _l("Your access tokens have been ended"),
    _l(
        "An administrator of your agency has ended all your access tokens. "
        "Programs that used them have stopped."
    ),
    WRONG,
)
TALKS_CLOSED = (
    _l("Your earlier direct messages are closed"),
    _l(
        "The way you sign in has been changed without your own confirmation. Nobody can read your "
        "earlier direct messages with your account until you confirm that it is yours: sign in "
        "and open “Waiting for your answer”."
    ),
    WRONG,
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


def new_password(account: Account, secret: str) -> Mail:
    """Write the e-mail with the link for a new password."""
    with mail.in_language(language_of(account)):
        return account_mail(
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


def post_notice(work: Work, account: Account, words: Notice) -> None:
    """Tell a person of a change to their account; `words` are a subject and paragraphs."""
    post_letter(work, account, *words)


def changes_mail(account: Account, changes: Sequence[SensitiveChange], secret: str) -> Mail:
    """Write the e-mail to the old mailbox, where its owner can refuse what waits."""
    with mail.in_language(language_of(account)):
        return account_mail(
            account,
            _("Was this you? A change to how you sign in"),
            _(
                "An administrator of %(agency)s has asked for this change to your account:",
                agency=agency_name(account),
            ),
            *(what_changes(change) for change in changes),
            _(
                "It takes effect one day after a second person has approved it, or as soon as you "
                "agree. If it was not you, stop it here without signing in:"
            ),
            Button(_("See the change"), site_address(CHANGES + secret)),
        )


def what_changes(change: SensitiveChange) -> str:
    """Return a sensitive change in a few words, such as “New e-mail address: ana@town.example”."""
    kind = KINDS[change.kind]
    if not kind.shows:
        return str(kind.title)
    shown = change.detail[kind.shows] or _("none")
    return f"{kind.title}: {shown}"


def post_address_to_be(work: Work, account: Account, change: SensitiveChange) -> None:
    """Tell a mailbox that it will become an account's address."""
    if email := change.detail.get("email"):
        post_letter(
            work,
            account,
            _l("Request to use this e-mail address for your account"),
            _l(
                "An administrator has asked to use this address for your account. To apply the "
                "change sooner, agree to it from your old mailbox or on a signed-in device:"
            ),
            to=email,
        )


def post_address_changed(work: Work, account: Account, before: str | None) -> None:
    """Tell the old and the new mailbox that the address changed."""
    for address in dict.fromkeys((before, account.email)):
        if address:
            post_letter(
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
    post_letter(
        work,
        account,
        _l("An access token has been created for your account"),
        _l("A program with the token “%(name)s” can now act on your behalf.", name=name),
        _l("If you did not authorise this access, revoke it and change your password at once:"),
        path="/me/tokens",
    )


def post_secret_address_made(work: Work, account: Account, path: str) -> None:
    """Tell a person that a secret address gives programs access to their data."""
    post_letter(
        work,
        account,
        _l("A calendar or feed address has been created for your account"),
        _l("Anyone with this address can read your calendar or announcements without signing in."),
        _l("If you did not authorise this access, revoke it and change your password at once:"),
        path=path,
    )


def post_offer(work: Work, account: Account, agency: Agency, post: str) -> None:
    """Ask a person whether they accept a post of another agency."""
    post_letter(
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
    post_letter(
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
    post_letter(
        work,
        account,
        _l("You have been added to another agency"),
        _l(
            "%(agency)s has added you to its intranet. Sign in as before, with %(sign_in_name)s:",
            agency=agency_name(account, agency),
            sign_in_name=account.email,
        ),
    )


def agency_name(account: Account, agency: Agency | None = None) -> str:
    """Return the name of an agency, by default the person's own, in their language."""
    agency = agency or account.home_agency
    return agency.name.text(language_of(account), agency.language)


def post_letter(
    work: Work,
    account: Account,
    subject: LazyString | str,
    *paragraphs: LazyString | str,
    to: str | None = None,
    path: str = "/",
) -> None:
    """Within an operation: post a letter with a subject, paragraphs and a button to a page."""
    if address := to or account.email:
        with mail.in_language(language_of(account)):
            button = Button(_("Open the intranet"), site_address(path))
            texts = [str(paragraph) for paragraph in paragraphs]
            mail.post(work, account_mail(account, str(subject), *texts, button, to=address))


def account_mail(account: Account, subject: str, *blocks: Block, to: str | None = None) -> Mail:
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
