"""Parts of which the shapes of answers are put together."""

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
    """An object with these properties; all of them are there unless some are named."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required or properties),
    }


def one(name: str) -> dict[str, Any]:
    """The shape of this name."""
    return {"$ref": f"#/components/schemas/{name}"}


def many(name: str) -> dict[str, Any]:
    """A list of the shape of this name."""
    return {"type": "array", "items": one(name)}
