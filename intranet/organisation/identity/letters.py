"""E-mails about the sign-in of an agency."""

from intranet.extensions import db
from intranet.organisation.accounts import letters as accounts_letters
from intranet.organisation.accounts.letters import agency_name, language_of
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.models import Agency
from intranet.organisation.identity.models import EmailDomain
from intranet.organisation.people.models import Person
from intranet.platform.core import mail
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.mail import Mail
from intranet.platform.core.mail_content import Button, Letter, write
from intranet.platform.core.unit_of_work import Work
from intranet.platform.core.web import site_address


def post_sign_in_changed(
    work: Work, account: Account, agency: Agency, actor: Person | None, path: str
) -> None:
    """Tell an administrator that somebody else changed how the agency's people sign in."""
    if not account.email:
        return
    with mail.in_language(language_of(account)):
        name = agency_name(account, agency)
        letter = Letter(
            subject=_("The sign-in of %(agency)s has been changed", agency=name),
            blocks=(
                _("Hello %(name)s,", name=account.person.name),
                _(
                    "%(who)s has changed how the people of %(agency)s sign in.",
                    who=actor.name if actor else _("The operator"),
                    agency=name,
                ),
                _("If you did not expect this, look at what was changed and switch it off:"),
                Button(_("Open the sign-in settings"), site_address(path)),
            ),
            why=_("You are receiving this e-mail because you administer %(agency)s.", agency=name),
            sender=name,
        )
        mail.post(work, write(letter, to=account.email, language=language_of(account)))


def post_ways_changed(work: Work, account: Account, provider: str) -> None:
    """Tell a person that their account was tied to a provider, or untied from it."""
    accounts_letters.post_notice(
        work,
        account,
        (
            _l("The ways to sign in to your account have changed"),
            _l(
                "Your account has just been connected with, or separated from, “%(provider)s”.",
                provider=provider,
            ),
            accounts_letters.WRONG,
        ),
    )


def domain_code(row: EmailDomain, to: str, code: str) -> Mail:
    """Write the e-mail with the code that proves a domain, to the mailbox of its owner."""
    agency = db.session.get_one(Agency, row.agency_id)
    with mail.in_language(agency.language):
        name = agency.name.text(agency.language, agency.language)
        letter = Letter(
            subject=_("Code for the domain %(domain)s", domain=row.domain),
            blocks=(
                _(
                    "%(agency)s says that the domain %(domain)s is its own. If that is so, give "
                    "its administrators this code. It is valid for ten minutes:",
                    agency=name,
                    domain=row.domain,
                ),
                code,
                _(
                    "With it, they decide how people with an address of this domain sign in. "
                    "If you do not know of this, do nothing."
                ),
            ),
            why=_(
                "You are receiving this e-mail because you look after %(domain)s.",
                domain=row.domain,
            ),
            sender=name,
        )
        return write(letter, to=to, language=agency.language)
