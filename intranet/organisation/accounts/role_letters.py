"""E-mails about the roles within an agency."""

from datetime import date

from intranet.organisation.accounts.letters import agency_name, language_of, post_letter
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.models import Administration, Agency
from intranet.organisation.agencies.role_labels import ROLE_NAMES
from intranet.platform.core import mail
from intranet.platform.core.dates import day
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import Work

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
    post_letter(work, account, *words, check, path=f"/admin/{row.agency.code}/administrators")


def post_last_administrator(work: Work, account: Account, agency: Agency, last_day: date) -> None:
    """Warn an administrator that after a day nobody will administer their agency."""
    with mail.in_language(language_of(account)):
        last = day(last_day)
    post_letter(
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
