"""Building blocks of the JSON schemas of answers."""

from typing import Any

Properties = dict[str, dict[str, Any]]

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}
YES = {"type": "boolean"}
INSTANT = {"type": "string", "format": "date-time"}
MAYBE_TEXT = {"type": ["string", "null"]}
MAYBE_NUMBER = {"type": ["integer", "null"]}
MAYBE_INSTANT = {"type": ["string", "null"], "format": "date-time"}
TEXTS = {"type": "array", "items": TEXT}
DAY = {"type": "string", "format": "date"}
MAYBE_DAY = {"type": ["string", "null"], "format": "date"}
BY_LANGUAGE = {"type": "object", "additionalProperties": TEXT}


def shape(required: tuple[str, ...] = (), /, **properties: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an object; all properties are required unless `required` names some."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required or properties),
    }


def one(name: str) -> dict[str, Any]:
    """Return a reference to the schema with this name."""
    return {"$ref": f"#/components/schemas/{name}"}


def many(name: str) -> dict[str, Any]:
    """Return the schema of a list of the named schema."""
    return {"type": "array", "items": one(name)}
