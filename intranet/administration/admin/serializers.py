"""Administered rows as JSON for programs."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.people.models import Appointment, AppointmentOffer, Person
from intranet.platform.audit.models import AuditLine


def unit_json(unit: Unit) -> dict[str, Any]:
    """Return a unit as JSON."""
    return {
        "id": str(unit.id),
        "code": unit.code,
        "names": dict(unit.name),
        "kind": unit.kind,
        "parent_id": _id(unit.parent_id),
        "valid_from": _day(unit.valid_from),
        "valid_to": _day(unit.valid_to),
        "successor_id": _id(unit.successor_id),
        "version": unit.version,
    }


def post_json(post: Post) -> dict[str, Any]:
    """Return a post as JSON, with the codes of its functions."""
    return {
        "id": str(post.id),
        "code": post.code,
        "handle": post.handle,
        "titles": dict(post.title),
        "unit_id": str(post.unit_id),
        "kind": post.kind.value,
        "level": post.level,
        "is_head": post.is_head,
        "publishes_for_agency": post.publishes_for_agency,
        "places": post.places,
        "functions": [row.function_code for row in post.functions],
        "fallback_id": _id(post.fallback_id),
        "valid_from": _day(post.valid_from),
        "valid_to": _day(post.valid_to),
        "version": post.version,
    }


def appointment_json(appointment: Appointment) -> dict[str, Any]:
    """Return an appointment as JSON; the last day is included."""
    return {
        "id": str(appointment.id),
        "post_id": str(appointment.post_id),
        "person_id": str(appointment.person_id),
        "kind": appointment.kind.value,
        "basis": appointment.basis,
        "starts_on": _day(appointment.starts_on),
        "ends_on": _day(appointment.ends_on),
        "since": appointment.since.isoformat(),
        "until": appointment.until.isoformat() if appointment.until else None,
        "on_hold": appointment.on_hold,
        "version": appointment.version,
        "waits": False,
    }


def offer_json(offer: AppointmentOffer) -> dict[str, Any]:
    """Return a pending offer to a person of another agency, in the form of an appointment."""
    return {
        "id": str(offer.id),
        "post_id": str(offer.post_id),
        "person_id": str(offer.person_id),
        "kind": offer.kind.value,
        "basis": offer.basis,
        "starts_on": _day(offer.starts_on),
        "ends_on": _day(offer.ends_on),
        "since": None,
        "until": None,
        "on_hold": False,
        "version": 0,
        "waits": True,
    }


def person_json(person: Person, accounts: Mapping[UUID, Account]) -> dict[str, Any]:
    """Return a person as JSON, with the account if it belongs to the agency."""
    account = accounts.get(person.id)
    return {
        "id": str(person.id),
        "name": person.name,
        "email": account.email if account else None,
        "staff_number": account.staff_number if account else None,
        "account": account.state.value if account else None,
        "version": person.version,
    }


def line_json(line: AuditLine) -> dict[str, Any]:
    """Return an entry of the audit log as JSON, with the data that its hash covers."""
    return {
        "number": line.number,
        "at": line.at.isoformat(),
        "actor_id": _id(line.actor_id),
        "act": line.act,
        "subject": {"kind": line.subject_kind, "id": _id(line.subject_id)},
        "detail": line.detail,
        "previous_hash": line.previous_hash,
        "hash": line.hash,
    }


def _id(value: UUID | None) -> str | None:
    return str(value) if value else None


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None
