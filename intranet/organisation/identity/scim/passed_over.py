"""Leave out of a request the standard attributes of a person that mean nothing here.

Programs send what they have, such as an address or a manager, in forms that differ from the
standard; a person must not be refused for that. Attributes that no standard knows stay, and are
refused.
"""

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from intranet.organisation.identity.scim.records import ENTERPRISE

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
HEAD = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
PASSED_OVER: Mapping[str, Collection[str]] = {
    CORE: {
        *("nickname", "profileurl", "usertype", "preferredlanguage", "locale", "timezone"),
        *("password", "ims", "photos", "addresses", "groups", "entitlements", "roles"),
        "x509certificates",
    },
    ENTERPRISE: {"costcenter", "organization", "division", "manager"},
}
"""The standard attributes of each schema that are not kept (`records.KEPT`), in lower case."""


def without_passed_over(body: bytes) -> bytes:
    """Return the body of a creation or replacement without what is passed over."""
    try:
        given = json.loads(body)
    except ValueError:
        return body  # the library says what is wrong with it
    return json.dumps(_of_person(given)).encode() if isinstance(given, dict) else body


def without_passed_over_operations(body: bytes) -> tuple[bytes, int | None]:
    """Return the body of a PATCH without what is passed over, and how many operations are left.

    It is None if the body cannot be read: the library says what is wrong with it.
    """
    try:
        given = json.loads(body)
    except ValueError:
        return body, None
    names = given if isinstance(given, dict) else ()
    name = next((each for each in names if each.lower() == "operations"), "")
    operations = given[name] if name else None
    if not isinstance(operations, list) or not operations:
        return body, None
    kept = [each for each in map(_of_operation, operations) if each is not None]
    return json.dumps({**given, name: kept}).encode(), len(kept)


def _of_operation(operation: Any) -> Any:
    """Return an operation without what is passed over; None if that was all of it."""
    if not isinstance(operation, dict):
        return operation
    path, value = operation.get("path"), operation.get("value")
    if isinstance(path, str) and path:
        if _is_passed_over(path):
            return None
        if path.lower() == ENTERPRISE.lower() and isinstance(value, dict):
            return {**operation, "value": _of_extension(value)}
        return operation
    if isinstance(value, dict) and value:
        left = _of_person(value)
        return {**operation, "value": left} if left else None
    return operation


def _of_person(given: dict[str, Any]) -> dict[str, Any]:
    left: dict[str, Any] = {}
    for name, value in given.items():
        if _is_passed_over(name):
            continue
        is_extension = name.lower() == ENTERPRISE.lower() and isinstance(value, dict)
        left[name] = _of_extension(value) if is_extension else value
    return left


def _of_extension(given: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, value in given.items() if not _is_passed_over(f"{ENTERPRISE}:{name}")
    }


def _is_passed_over(path: str) -> bool:
    """Return whether a path names a standard attribute that is passed over, or a part of one."""
    schema = CORE
    for known in (CORE, ENTERPRISE):
        if path.lower().startswith(f"{known.lower()}:"):
            schema, path = known, path[len(known) + 1 :]
    head = HEAD.match(path)
    return head is not None and head[0].lower() in PASSED_OVER[schema]
