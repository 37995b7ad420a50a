"""How a door is knocked at, and what of the answer is compared."""

import re
from typing import Any
from urllib.parse import urlencode

from tests.security.door import Door, Kind
from tests.security.parts import PARTS

API = "/api/v1"
TOKEN = re.compile(r'(csrf[-_]token"\s+(?:content|value)="|"X-CSRF-Token": ")[^"]*', re.IGNORECASE)
CHANGING = {"Date", "Content-Length", "X-Request-ID", "Server-Timing"}
BEHIND_ALL_OTHERS = "api.nothing"
INSIDERS = {
    Kind.ROOM: "member",
    Kind.DRAFT: "writer",
    Kind.OWN: "member",
    Kind.ADMINISTRATION: "administrator",
    Kind.PORTRAIT: "stranger",
    Kind.ORGANISATION: "stranger",
    Kind.MINE: "member",
}


def doors_of(app):
    """Every way into the house: rule and method."""
    return [
        (rule, method)
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
    ]


def knock(client, rule, method, door, ids, *, fragment=False):
    """Come to a door with the objects that `ids` names."""
    address = address_of(rule, door, ids)
    headers = {"HX-Request": "true"} if fragment else {}
    if method == "GET":
        return client.get(address, headers=headers, buffered=True)
    if not address.startswith(API):
        return client.submit(address, filled(door.send or {}, ids), buffered=True)
    return client.open(
        address,
        method=method,
        json=filled(door.send or {}, ids),
        headers={"X-CSRF-Token": client.token()},
        buffered=True,
    )


def address_of(rule, door: Door, ids: dict[str, str]) -> str:
    """The address of a door for some objects."""
    names = {part: _name_of(part, door) for part in rule.arguments}
    values = {part: _fitting(rule, part, ids[name]) for part, name in names.items()}
    path = rule.build(values)[1]
    query = urlencode(filled(door.query, ids))
    return f"{path}?{query}" if query else path


def filled(value: Any, ids: dict[str, str]) -> Any:
    """What is sent, with ids in the place of names."""
    if isinstance(value, dict):
        return {name: filled(each, ids) for name, each in value.items()}
    if isinstance(value, list):
        return [filled(each, ids) for each in value]
    return value.format(**ids) if isinstance(value, str) else value


def told(answer, world) -> tuple[int, str, list[tuple[str, str]]]:
    """Status, body and headers of an answer, without the ids and what changes each time."""
    headers = [
        (name, world.plain(value if name != "Set-Cookie" else re.sub("=[^;]*", "", value, count=1)))
        for name, value in answer.headers
        if name not in CHANGING
    ]
    text = answer.get_data().decode(errors="replace")
    return answer.status_code, world.plain(TOKEN.sub(r"\1", text)), sorted(headers)


def _name_of(part: str, door: Door) -> str:
    name = PARTS.get(part, part)
    return door.names.get(name, name)


def _fitting(rule, part: str, value: str) -> Any:
    """A value as the converter of the rule takes it."""
    from uuid import UUID

    kind = type(rule._converters[part]).__name__
    return {"UUIDConverter": UUID, "IntegerConverter": int}.get(kind, str)(value)
