"""Create agencies, and change an agency's settings."""

from collections.abc import Sequence
from zoneinfo import available_timezones

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.access import Actor, require_administrator, require_version
from intranet.organisation.agencies.events import (
    AgenciesChanged,
    InDirectoryChanged,
    TimeZoneChanged,
    UnitsChanged,
)
from intranet.organisation.agencies.handles import sort_key_of, unused
from intranet.organisation.agencies.models import (
    Agency,
    AgencyKind,
    ArticleRule,
    SecondFactor,
    Unit,
)
from intranet.organisation.agencies.operations.storing import (
    AGENCY_HANDLE_LIMIT,
    ROOT_CODE,
    AgencyRow,
    store_agencies,
)
from intranet.organisation.agencies.schemes import LOCAL, is_scheme, qualified
from intranet.platform.audit.operations import record
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.ids import uuid7
from intranet.platform.core.parsing import localized_lines
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.text import fold
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work

NAME_LIMIT = 200
VIDEO_MB_LIMIT = 2_000


def create_agency(
    *,
    code: str,
    name: Localized,
    kind: AgencyKind,
    languages: Sequence[str],
    handle: str | None = None,
    code_scheme: str = LOCAL,
    root_code: str = ROOT_CODE,
    territory: str | None = None,
    population: int | None = None,
    time_zone: str = "Europe/Madrid",
    second_factor: SecondFactor = SecondFactor.ADMINISTRATORS,
) -> Agency:
    """Create an agency and its root unit; only the operator can.

    Args:
        code: its code in the register that `code_scheme` names. It is its address as well, unless
            an agency of another scheme has that address: then `scheme:code` is.
        languages: BCP 47 tags, its own first.
        handle: as in `@post@agency`; made from the name if not given.
        root_code: the code of the root unit.
        second_factor: who needs one; administrators do, unless the agency decides otherwise.

    Raises:
        Invalid: scheme and code together or the handle are taken, or a value is invalid.
    """
    name = localized_lines(name)
    _check(name, languages, time_zone)
    with unit_of_work():
        _check_codes(code, code_scheme, handle)
        new = AgencyRow(
            id=uuid7(),
            code=_address(code, code_scheme),
            register_code=code,
            name=name,
            kind=kind,
            languages=languages,
            scheme=code_scheme,
            handle=handle or unused(name.text(languages[0]), _handles(), AGENCY_HANDLE_LIMIT),
            territory=territory,
            population=population,
            root_code=root_code,
            time_zone=time_zone,
            second_factor=second_factor,
        )
        store_agencies([new])
        record("agency.create", agency_id=new.id, actor_id=None, subject=("agency", new.id))
    return db.session.get_one(Agency, new.id)


def change_agency(
    actor: Actor | None,
    agency: Agency,
    *,
    version: int | None,
    name: Localized,
    languages: Sequence[str],
    time_zone: str,
    second_factor: SecondFactor,
    basis_shown_outside: bool,
    in_directory: bool | None = None,
    contact_outside: bool | None = None,
    video_mb: int | None = None,
    articles: ArticleRule | None = None,
    passkeys_alone: bool | None = None,
) -> Agency:
    """Change an agency's settings; its root unit has the agency's name.

    Args:
        version: the version that the actor read; None if nobody read it before.
        in_directory: whether others find the agency and its people; None leaves it as it is.
        contact_outside: whether others see contact details; None leaves it as it is.
        video_mb: the size limit of a video, 1 to 2,000 MB; None leaves it as it is.
        articles: whether every employee may write articles; None leaves it as it is.
        passkeys_alone: whether people may do without a password; None leaves it as it is.

    Raises:
        Forbidden: the actor does not administer the agency.
        Conflict: another person changed it since.
        Invalid: the name is missing in the agency's own language, the zone is unknown, or the size
            of a video is out of range.
    """
    name = localized_lines(name)
    _check(name, languages, time_zone)
    if video_mb is not None and not 1 <= video_mb <= VIDEO_MB_LIMIT:
        raise Invalid({"video_mb": _l("Enter a number from 1 to %(limit)s.", limit=VIDEO_MB_LIMIT)})
    with unit_of_work() as work:
        work.lock(agency)
        require_administrator(actor, agency.id)
        require_version(agency.version, version)
        if passkeys_alone is None:
            passkeys_alone = agency.passkeys_alone
        if (second_factor, passkeys_alone) != (agency.second_factor, agency.passkeys_alone):
            require_confirmed(actor)
        before = _decided(agency)
        agency.name, agency.languages = name, list(languages)
        agency.sort_key = sort_key_of(name, agency.language)
        zone_before, agency.time_zone = agency.time_zone, time_zone
        agency.second_factor, agency.passkeys_alone = second_factor, passkeys_alone
        agency.basis_shown_outside = basis_shown_outside
        if in_directory is not None and in_directory != agency.in_directory:
            agency.in_directory = in_directory
            work.publish(InDirectoryChanged(agency.id))
        if contact_outside is not None:
            agency.contact_outside = contact_outside
        if video_mb is not None:
            agency.video_mb = video_mb
        if articles is not None:
            agency.articles = articles
        agency.version += 1
        root = root_unit(agency)
        root.name, root.sort_key = name, agency.sort_key
        record(
            "agency.change",
            agency_id=agency.id,
            actor_id=actor.id if actor else None,
            subject=("agency", agency.id),
            detail={
                "before": before,
                "after": _decided(agency),
                "time_zone": time_zone,
                "languages": list(languages),
            },
        )
        if time_zone != zone_before:
            work.publish(TimeZoneChanged(agency.id))
        work.publish(UnitsChanged((root.id,)))
        work.publish(AgenciesChanged((agency.id,)))
    return agency


def root_unit(agency: Agency) -> Unit:
    """Return the unit that represents the agency itself."""
    return db.session.scalars(
        select(Unit).where(Unit.agency_id == agency.id, Unit.parent_id.is_(None))
    ).one()


def _decided(agency: Agency) -> dict[str, object]:
    return {
        "second_factor": agency.second_factor,
        "passkeys_alone": agency.passkeys_alone,
        "basis": agency.basis_shown_outside,
        "in_directory": agency.in_directory,
        "contact_outside": agency.contact_outside,
        "video_mb": agency.video_mb,
        "articles": agency.articles.value,
    }


def _check(name: Localized, languages: Sequence[str], time_zone: str) -> None:
    errors = {}
    if not languages:
        errors["languages"] = _l("Enter at least one language.")
    elif not name.get(languages[0]):
        errors["name"] = _l("Enter the name in the agency’s own language.")
    if any(len(text) > NAME_LIMIT for text in name.values()):
        errors["name"] = _l("Use at most %(limit)s characters.", limit=NAME_LIMIT)
    if time_zone not in available_timezones():
        errors["time_zone"] = _l("Unknown time zone.")
    if errors:
        raise Invalid(errors)


def _check_codes(code: str, scheme: str, handle: str | None) -> None:
    if not is_scheme(scheme):
        raise Invalid({"scheme": _l("Use only unaccented lower-case letters, digits and hyphens")})
    is_same = (Agency.code_scheme == scheme) & (Agency.register_code == code)
    if db.session.scalar(select(Agency.id).where(is_same)):
        raise Invalid({"code": _l("This code is already in use.")})
    if handle and "-".join(fold(handle).split()) != handle:
        raise Invalid({"handle": _l("Use only unaccented lower-case letters, digits and hyphens")})
    if handle and db.session.scalar(select(Agency.id).where(Agency.handle == handle)):
        raise Invalid({"handle": _l("This short name is already in use.")})


def _address(code: str, scheme: str) -> str:
    """Return the address of a new agency: its code, if no agency of another scheme has it."""
    for address in (code, qualified(scheme, code)):
        if not db.session.scalar(select(Agency.id).where(Agency.code == address)):
            return address
    raise Invalid({"code": _l("This code is already in use.")})


def _handles() -> set[str]:
    return set(db.session.scalars(select(Agency.handle)))
