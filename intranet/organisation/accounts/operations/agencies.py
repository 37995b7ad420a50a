"""Create an agency with its first administrator, by the operator's link or as the operator."""

from dataclasses import dataclass

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts.models import Account, LinkPurpose
from intranet.organisation.accounts.operations.accounts import (
    Invited,
    create_account,
    invite_person,
)
from intranet.organisation.accounts.operations.links import new_link, open_link, use_link
from intranet.organisation.accounts.operations.sign_in_names import sign_in_names
from intranet.organisation.accounts.password_rules import check_password
from intranet.organisation.accounts.passwords import hash_password
from intranet.organisation.agencies.models import Agency, AgencyKind
from intranet.organisation.agencies.operations.administrations import make_administrator
from intranet.organisation.agencies.operations.agencies import create_agency, root_unit
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.agencies.schemes import scheme_of
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.appointments import appoint
from intranet.organisation.people.operations.people import create_person
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.core.web import site_address

ADDRESS = "/first-agency/"


@dataclass(frozen=True, kw_only=True)
class NewAgency:
    """An agency to create, and the title of the post that administers it.

    Without a `scheme`, the form of the code says which it is.
    """

    name: str
    code: str
    kind: str
    language: str
    time_zone: str
    post_title: str
    handle: str | None = None
    scheme: str | None = None


def is_anybody_there() -> bool:
    """Return whether any agency exists."""
    return db.session.scalar(select(Agency.id).limit(1)) is not None


def new_first_agency_link() -> str:
    """Return the one-time address to create the first agency; withdraw the previous address."""
    return site_address(ADDRESS + new_link(LinkPurpose.FIRST_AGENCY, None))


def make_first_agency(
    secret: str, agency: NewAgency, *, name: str, email: str, password: str
) -> Account:
    """Create the first agency and the post that administers it, with a holder who can sign in.

    Raises:
        NotFound: the link is no longer valid.
        Invalid: a value is invalid, or the password is easy to guess.
    """
    open_link(LinkPurpose.FIRST_AGENCY, secret)
    sign_in_names(email, None)
    check_password(password, about=(name, email, agency.name))
    hashed = hash_password(password)
    with unit_of_work() as work:
        use_link(work, open_link(LinkPurpose.FIRST_AGENCY, secret))
        made = _make(agency)
        person = create_person(None, made, name)
        account = create_account(None, person, made, email=email, password_hash=hashed)
        _let_administer(made, agency, person)
    return account


def make_agency(
    agency: NewAgency, *, name: str, email: str | None, staff_number: str | None = None
) -> Invited:
    """Create a further agency as the operator, and invite its first administrator.

    Raises:
        Invalid: a value is invalid or taken.
    """
    with unit_of_work():
        made = _make(agency)
        invited = invite_person(None, made, name, email=email, staff_number=staff_number)
        _let_administer(made, agency, invited.person)
    return invited


def _make(agency: NewAgency) -> Agency:
    if agency.kind not in set(AgencyKind):
        raise Invalid({"kind": _l("This value is not allowed here.")})
    return create_agency(
        code=agency.code,
        code_scheme=agency.scheme or scheme_of(agency.code),
        name=Localized({agency.language: agency.name}),
        kind=AgencyKind(agency.kind),
        languages=[agency.language],
        handle=agency.handle,
        time_zone=agency.time_zone,
    )


def _let_administer(made: Agency, agency: NewAgency, person: Person) -> None:
    title = Localized({agency.language: agency.post_title})
    post = create_post(None, PostSpec(unit=root_unit(made), title=title))
    appoint(None, post, person, starts_on=clock.today(made.time_zone))
    make_administrator(None, made, post)
