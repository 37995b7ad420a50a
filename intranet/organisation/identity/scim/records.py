"""People as a program describes them, in the form that is kept, and as they are provisioned."""

from collections.abc import Mapping
from typing import Any

from intranet.organisation.accounts.models import Account
from intranet.organisation.identity.provisioned_people import ProvidedPerson
from intranet.organisation.identity.scim.models import ScimUser

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
VALUES = frozenset({"value", "type", "primary"})
KEPT: Mapping[str, frozenset[str]] = {
    "schemas": frozenset(),
    "externalId": frozenset(),
    "userName": frozenset(),
    "name": frozenset({"formatted", "familyName", "givenName"}),
    "displayName": frozenset(),
    "title": frozenset(),
    "active": frozenset(),
    "emails": VALUES,
    "phoneNumbers": VALUES,
    ENTERPRISE: frozenset({"employeeNumber", "department"}),
}
"""The attributes that mean something here, with their parts. All others are passed over."""
TEXT_LIMIT, VALUES_LIMIT = 255, 20


class TooLong(Exception):  # noqa: N818 - the program is at fault
    """A person has an attribute that is longer than is kept; it is named."""


def kept_of(resource: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes of a person that are kept.

    Raises:
        TooLong: one is too long.
    """
    kept: dict[str, Any] = {}
    for name, parts in KEPT.items():
        value = resource.get(name)
        if isinstance(value, dict):
            value = {part: value[part] for part in value if part in parts}
        elif isinstance(value, list) and parts:
            value = [{part: each[part] for part in each if part in parts} for each in value]
            value = [each for each in value if each]
        if value in (None, {}, []):
            continue
        _check(name, value)
        kept[name] = value
    return kept


def provided(user: ScimUser, account: Account | None) -> ProvidedPerson:
    """Return what a program says of a person, as it is followed.

    Without an e-mail and a staff number they keep the address that they have. Without any, their
    `userName` is their staff number, since it is what they sign in with; an e-mail it never is.
    """
    resource = user.resource
    enterprise = resource.get(ENTERPRISE) or {}
    email = first_value(resource.get("emails"))
    number = str(enterprise.get("employeeNumber") or "")
    if not (email or number):
        email = (account.email or "") if account else ""
        number = "" if email else resource["userName"]
    return ProvidedPerson.of(
        {
            "subject": str(user.id),
            "name": name_of(resource),
            "email": email,
            "staff_number": number,
            "phone": first_value(resource.get("phoneNumbers")),
            "unit": str(enterprise.get("department") or ""),
            "title": str(resource.get("title") or ""),
        }
    )


def name_of(resource: Mapping[str, Any]) -> str:
    """Return the name to show: the one for display, else one made of its parts."""
    parts = resource.get("name") or {}
    joined = " ".join(filter(None, (parts.get("givenName"), parts.get("familyName"))))
    found = resource.get("displayName") or parts.get("formatted") or joined
    return str(found or resource["userName"])


def first_value(values: Any) -> str:
    """Return the primary one of some values, else the first."""
    given = [each for each in values or () if each.get("value")]
    chosen = next((each for each in given if each.get("primary")), given[0] if given else {})
    return str(chosen.get("value") or "")


def _check(name: str, value: Any) -> None:
    if isinstance(value, str) and len(value) > TEXT_LIMIT:
        raise TooLong(name)
    if isinstance(value, dict):
        for part in value.values():
            _check(name, part)
    if isinstance(value, list):
        if len(value) > VALUES_LIMIT:
            raise TooLong(name)
        for each in value:
            _check(name, each)
