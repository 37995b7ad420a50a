"""People, posts, units and agencies as JSON for programs, in the reader's language."""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from intranet.finding.directory.entries import DirectoryEntry, words
from intranet.finding.directory.post_page import PostPage
from intranet.finding.directory.profile import DirectoryProfile
from intranet.finding.directory.queries import DirectoryFigures
from intranet.finding.directory.unit_page import UnitPage
from intranet.messaging.conversations.faces import Face
from intranet.organisation.agencies.models import Agency, Function, Post, Unit
from intranet.organisation.people.access import FIELDS, reach_of
from intranet.organisation.people.models import Absence, Appointment, Person
from intranet.platform.core.web import current_language


def agency_json(agency: Agency) -> dict[str, Any]:
    """Return an agency, without its figures."""
    return {
        "id": str(agency.id),
        "code": agency.code,
        "code_scheme": agency.code_scheme,
        "handle": agency.handle,
        "name": words(agency.name, agency),
        "names": dict(agency.name),
        "kind": agency.kind.value,
        "territory": agency.territory,
        "population": agency.population,
        "languages": list(agency.languages),
        "time_zone": agency.time_zone,
    }


def agency_detail_json(
    agency: Agency, root: Unit, figures: DirectoryFigures, people_count: int
) -> dict[str, Any]:
    """Return an agency with its figures and its root unit."""
    return {
        **agency_json(agency),
        "root_unit_id": str(root.id),
        "people_count": people_count,
        **_figures_json(figures),
    }


def unit_json(unit: Unit) -> dict[str, Any]:
    """Return a unit without the content of its page."""
    return {
        "id": str(unit.id),
        "code": unit.code,
        "name": words(unit.name, unit.agency),
        "names": dict(unit.name),
        "kind": unit.kind,
        "agency": unit.agency.code,
        "parent_id": _id(unit.parent_id),
        "depth": unit.depth,
        "valid_from": _day(unit.valid_from),
        "valid_to": _day(unit.valid_to),
        "successor_id": _id(unit.successor_id),
    }


def unit_detail_json(
    page: UnitPage, posts: Sequence[Post], vacant: Mapping[UUID, int]
) -> dict[str, Any]:
    """Return a unit with the content of its page; its people are a separate list.

    `posts` and `vacant` include the units below; names that end in `here` cover the unit alone.

    Args:
        vacant: vacant places, by the id of the post.
    """
    return {
        **unit_json(page.unit),
        "above": [unit_line(unit) for unit in page.ancestors[:-1]],
        "below": [unit_line(row.unit) for row in page.below],
        "people_here": page.people_count,
        **_figures_json(page.figures),
        "functions": functions_json(page.functions),
        "channel_id": _id(page.channel_id),
        "posts_here": [
            {**post_line(post), "places": post.places, "vacant": vacant.get(post.id, 0)}
            for post in posts
        ],
    }


def post_json(page: PostPage) -> dict[str, Any]:
    """Return a post with its holders, stand-ins, and former holders where visible."""
    post, vacancy = page.post, page.vacancy
    return {
        **post_line(post),
        "titles": dict(post.title),
        "handle": post.handle,
        "address": page.address,
        "kind": post.kind.value,
        "places": post.places,
        "vacant": vacancy.vacant if vacancy else 0,
        "unit": unit_line(post.unit),
        "agency": agency_line(page.agency),
        "functions": functions_json(page.functions),
        "fallback_id": _id(post.fallback_id),
        "people": [entry_json(entry) for entry in page.standing],
        "stand_ins": [face_json(face) for face in (vacancy.stand_ins if vacancy else ())],
        "before": [former_json(entry) for entry in page.history],
        "valid_from": _day(post.valid_from),
        "valid_to": _day(post.valid_to),
    }


def person_json(profile: DirectoryProfile, own_agency_ids: Container[UUID]) -> dict[str, Any]:
    """Return a person; a field hidden from the reader is empty, as if never written.

    Args:
        own_agency_ids: the reader's agencies, whose bases of appointment they always see.
    """
    person, shown = profile.person, profile.shows
    return {
        **face_json(profile.face),
        "about": person.about if shown("about") else "",
        "languages": list(person.languages) if shown("languages") else [],
        "ask_about": list(person.ask_about) if shown("ask_about") else [],
        "phone": person.phone if shown("phone") else "",
        "contact_note": person.contact_note if shown("contact_note") else "",
        "week": dict(profile.week) if shown("week") else {},
        "posts": [
            {
                **entry_json(held.entry),
                "basis": _basis(held.appointment, own_agency_ids),
                "functions": functions_json(held.functions),
            }
            for held in profile.held
        ],
        "before": [former_json(entry) for entry in profile.former],
        "heads": [entry_json(entry) for entry in profile.heads],
        "absence": absence_json(profile.present_absence),
    }


def entry_json(entry: DirectoryEntry) -> dict[str, Any]:
    """Return a person in a post."""
    row = entry.appointment
    if row is None or entry.face is None:
        raise LookupError
    return {
        "person": face_json(entry.face),
        "post": post_line(entry.post),
        "unit": unit_line(entry.post.unit),
        "agency": agency_line(entry.post.unit.agency),
        "kind": row.kind.value,
        "since": row.starts_on.isoformat(),
    }


def former_json(entry: DirectoryEntry) -> dict[str, Any]:
    """Return a former holder of a post, with the last day."""
    until = entry.appointment.ends_on if entry.appointment else None
    return {**entry_json(entry), "until": _day(until)}


def absence_json(absence: Absence | None) -> dict[str, Any] | None:
    """Return an absence, with its stand-in."""
    if absence is None:
        return None
    stand_in = absence.stand_in
    return {
        "starts_on": absence.starts_on.isoformat(),
        "ends_on": absence.ends_on.isoformat(),
        "stand_in": {"id": str(stand_in.id), "name": stand_in.name} if stand_in else None,
    }


def face_json(face: Face) -> dict[str, Any]:
    """Return a name with portrait and availability."""
    names = ("name", "photo_url", "availability")
    return {"id": str(face["id"]), **{name: face[name] for name in names}}


def post_line(post: Post) -> dict[str, Any]:
    """Return the short form of a post."""
    return {
        "id": str(post.id),
        "code": post.code,
        "title": words(post.title, post.unit.agency),
        "level": post.level,
        "is_head": post.is_head,
    }


def unit_line(unit: Unit) -> dict[str, Any]:
    """Return the short form of a unit."""
    return {"id": str(unit.id), "code": unit.code, "name": words(unit.name, unit.agency)}


def agency_line(agency: Agency) -> dict[str, Any]:
    """Return the short form of an agency."""
    return {"code": agency.code, "name": words(agency.name, agency)}


def functions_json(functions: Iterable[Function]) -> list[dict[str, Any]]:
    """Return functions by code and name."""
    language = current_language()
    return [{"code": each.code, "name": each.name.text(language)} for each in functions]


def reach_json(person: Person) -> dict[str, str]:
    """Return the audience of each field of the person's own profile."""
    return {field: reach_of(person, field).value for field in FIELDS}


def _basis(row: Appointment, own_agency_ids: Container[UUID]) -> str:
    agency = row.post.unit.agency
    return row.basis if agency.basis_shown_outside or agency.id in own_agency_ids else ""


def _id(row_id: UUID | None) -> str | None:
    return str(row_id) if row_id else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _figures_json(figures: DirectoryFigures) -> dict[str, Any]:
    return {"posts": figures.posts, "vacant": figures.vacant}
