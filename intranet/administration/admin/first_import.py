"""The first import as one page: units, posts, people, invitations, and what is still lacking."""

from dataclasses import dataclass, field

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ScalarSelect, exists, select

from intranet.administration.admin.blueprint import administrator, bp
from intranet.administration.admin.labels import headless_text
from intranet.administration.admin.queries import (
    count_vacancies,
    headless_units,
    people_without_post,
)
from intranet.administration.imports.columns import ImportKind
from intranet.administration.imports.queries import unsure_people
from intranet.extensions import db
from intranet.organisation.accounts.invitation_status import AccountStanding, status_counts
from intranet.organisation.accounts.setup_steps import AgencySize, count_of, size_of
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.agencies.queries import in_force
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.i18n import _, ngettext


@dataclass(frozen=True)
class LinkText:
    """A text that leads to a page."""

    text: str
    href: str


@dataclass(frozen=True)
class GuidedStep:
    """A part of the first import: what is there, what is lacking, and where to do it."""

    title: str
    state: str
    is_done: bool
    button: LinkText
    lacking: list[LinkText] = field(default_factory=list)
    more: list[LinkText] = field(default_factory=list)


@bp.get("/<code>/first-import")
@administrator
def first_import(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """Lead through the first import, step by step."""
    size = size_of(agency)
    return render_template(
        "administration/admin/first_import.html",
        steps=[
            _units(agency, size),
            _posts(agency, size),
            _people(agency, size),
            _invitations(agency),
        ],
        staff=_file_of(agency, ImportKind.STAFF),
        template=_template_of(agency, ImportKind.STAFF),
    )


def _units(agency: Agency, size: AgencySize) -> GuidedStep:
    today = clock.today(agency.time_zone)
    empty = _count(
        count_of(
            select(Unit.id).where(
                Unit.agency_id == agency.id,
                Unit.parent_id.is_not(None),
                in_force(Unit, today),
                ~exists().where(Post.unit_id == Unit.id, in_force(Post, today)),
            )
        )
    )
    below = max(size.units - 1, 0)
    lacking = []
    if empty:
        text = ngettext("%(num)s unit without posts", "%(num)s units without posts", empty)
        lacking.append(LinkText(text, url_for(".units", code=agency.code)))
    if headless := _count(count_of(headless_units(agency))):
        lacking.append(
            LinkText(headless_text(headless), url_for(".units", code=agency.code, headless=1))
        )
    return GuidedStep(
        _("Units"),
        ngettext("%(num)s unit", "%(num)s units", below) if below else _("None yet"),
        is_done=below > 0,
        button=LinkText(_("Send a file of units"), _file_of(agency, ImportKind.UNITS)),
        lacking=lacking,
        more=[
            LinkText(_("Take the units from DIR3"), _file_of(agency, ImportKind.DIR3)),
            LinkText(_("Download a template"), _template_of(agency, ImportKind.UNITS)),
        ],
    )


def _posts(agency: Agency, size: AgencySize) -> GuidedStep:
    lacking = []
    if bare := size.without_function:
        text = ngettext("%(num)s post without a function", "%(num)s posts without a function", bare)
        lacking.append(LinkText(text, url_for(".functions", code=agency.code, only="none")))
    if vacant := count_vacancies(agency):
        text = ngettext("%(num)s vacancy", "%(num)s vacancies", vacant)
        lacking.append(LinkText(text, url_for(".posts", code=agency.code, vacant=1)))
    return GuidedStep(
        _("Posts"),
        ngettext("%(num)s post", "%(num)s posts", size.posts) if size.posts else _("None yet"),
        is_done=size.posts > 1,
        button=LinkText(_("Send a file of posts"), _file_of(agency, ImportKind.POSTS)),
        lacking=lacking,
        more=[LinkText(_("Download a template"), _template_of(agency, ImportKind.POSTS))],
    )


def _people(agency: Agency, size: AgencySize) -> GuidedStep:
    lacking = []
    if unsure := _count(count_of(unsure_people(agency.id))):
        text = ngettext("%(num)s unsure name", "%(num)s unsure names", unsure)
        lacking.append(LinkText(text, url_for(".people", code=agency.code, access="unsure")))
    if without := _count(count_of(people_without_post(agency))):
        text = ngettext("%(num)s person without a post", "%(num)s people without a post", without)
        lacking.append(LinkText(text, url_for(".people", code=agency.code)))
    if outside := size.without_account:
        text = ngettext(
            "%(num)s person without an account", "%(num)s people without an account", outside
        )
        lacking.append(LinkText(text, url_for(".people", code=agency.code, access="none")))
    return GuidedStep(
        _("People"),
        ngettext("%(num)s person", "%(num)s people", size.people) if size.people else _("None yet"),
        is_done=size.people > 1,
        button=LinkText(_("Send a file of people"), _file_of(agency, ImportKind.PEOPLE)),
        lacking=lacking,
        more=[LinkText(_("Download a template"), _template_of(agency, ImportKind.PEOPLE))],
    )


def _invitations(agency: Agency) -> GuidedStep:
    standings = status_counts(agency.id)
    waiting, active = standings[AccountStanding.NOT_INVITED], standings[AccountStanding.ACTIVE]
    lacking = []
    if waiting:
        text = ngettext("%(num)s person not invited yet", "%(num)s people not invited yet", waiting)
        lacking.append(LinkText(text, url_for(".people", code=agency.code, access="not_invited")))
    if lapsed := standings[AccountStanding.EXPIRED]:
        text = ngettext("%(num)s invitation expired", "%(num)s invitations expired", lapsed)
        lacking.append(LinkText(text, url_for(".people", code=agency.code, access="expired")))
    return GuidedStep(
        _("Invitations"),
        ngettext("%(num)s person has signed in", "%(num)s people have signed in", active),
        is_done=active > 1 and not waiting,
        button=LinkText(
            _("See who has not been invited"),
            url_for(".people", code=agency.code, access="not_invited"),
        ),
        lacking=lacking,
    )


def _count(found: ScalarSelect[int]) -> int:
    return db.session.scalar(select(found)) or 0


def _file_of(agency: Agency, kind: ImportKind) -> str:
    return url_for(".imports", code=agency.code, kind=kind.value)


def _template_of(agency: Agency, kind: ImportKind) -> str:
    return url_for(".import_template", code=agency.code, kind=kind.value)
