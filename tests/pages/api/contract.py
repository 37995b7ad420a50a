"""The contract with programs: what each call takes and gives, however its description is cut.

Parts of schemas stand where they are used; titles, descriptions and the many ways of writing
one schema are levelled, so that only a change which a program could notice shows.
"""

import json
from typing import Any

WORDS = ("title", "description")
REFERENCE = "#/components/schemas/"


def contract(described: dict[str, Any]) -> dict[str, Any]:
    """Return the promises of a description: by call, and by field of the schemas they name."""
    schemas = described["components"]["schemas"]
    promised = {name: described[name] for name in ("openapi", "info", "servers", "security")}
    promised["securitySchemes"] = described["components"]["securitySchemes"]
    for path, calls in described["paths"].items():
        for method, call in calls.items():
            promised["refusals"] = call["responses"].pop("default")
            promised[f"{method.upper()} {path}"] = call
    for name in sorted(_named(described["paths"]) | {"Problem"}):
        whole = plain(schemas[name], schemas)
        fields = whole.pop("properties", {})
        promised[name] = whole
        promised |= {f"{name}.{field}": schema for field, schema in fields.items()}
    return promised


def written(promised: dict[str, Any]) -> str:
    """Return the promises as JSON, one in a line."""
    lines = [
        f"{json.dumps(name)}: {json.dumps(value, sort_keys=True, ensure_ascii=False)}"
        for name, value in sorted(promised.items())
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def plain(schema: Any, schemas: dict[str, Any]) -> Any:
    """A schema with its parts in place, written in one way."""
    if not isinstance(schema, dict):
        return schema
    if reference := schema.get("$ref"):
        return plain(schemas[reference.removeprefix(REFERENCE)], schemas)
    levelled = {name: value for name, value in schema.items() if name not in WORDS}
    for name in ("properties", "patternProperties"):
        if name in levelled:
            parts = levelled[name].items()
            levelled[name] = {each: plain(part, schemas) for each, part in parts}
    for name in ("items", "additionalProperties", "propertyNames"):
        if name in levelled:
            levelled[name] = plain(levelled[name], schemas)
    return _choice(_levelled(levelled), schemas)


def _levelled(schema: dict[str, Any]) -> dict[str, Any]:
    """Write equal schemas alike: values and fields sorted, a constant as an enumeration."""
    if "required" in schema:
        schema["required"] = sorted(schema["required"])
    if "const" in schema:
        schema["enum"] = [schema.pop("const")]
    if "enum" in schema:
        schema.pop("type", None)
        schema["enum"] = sorted(schema["enum"], key=str)
    if schema.get("additionalProperties") is True:
        del schema["additionalProperties"]
    return schema


def _choice(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """A choice between one schema and null as that schema, which may be null."""
    if "anyOf" not in schema:
        return schema
    choices = [plain(part, schemas) for part in schema.pop("anyOf")]
    others = [part for part in choices if part != {"type": "null"}]
    if len(others) > 1 or len(others) == len(choices):
        return {**schema, "anyOf": choices}
    only = {**schema, **others[0]}
    if "enum" in only:
        return {**only, "enum": sorted([*only["enum"], None], key=str)}
    return {**only, "type": [only["type"], "null"]} if "type" in only else only


def _named(part: Any) -> set[str]:
    """The names of the schemas to which a part of the description refers."""
    if isinstance(part, list):
        return set().union(*map(_named, part))
    if not isinstance(part, dict):
        return set()
    own = {part["$ref"].removeprefix(REFERENCE)} if isinstance(part.get("$ref"), str) else set()
    return own.union(*map(_named, part.values()))
