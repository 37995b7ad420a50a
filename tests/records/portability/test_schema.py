"""The schema in the documentation is that of the tables, and what is written is valid by it."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from intranet.records.packages.reading import Package
from intranet.records.portability.exporting import FORMAT
from intranet.records.portability.schema import package_schema

SCHEMA = Path("docs/portability/package.schema.json")
KINDS: dict[str, Any] = {
    "string": str,
    "integer": int,
    "boolean": bool,
    "object": dict,
    "number": (int, float),
}


def test_the_documented_schema_is_that_of_the_tables(app):
    """Write it again with `json.dumps(package_schema(), indent=1)` when tables change."""
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == package_schema()


def of_format(value: str, name: str) -> bool:
    """Whether a text has one of the formats that we use."""
    if name == "uuid":
        return str(UUID(value)) == value
    if name == "date-time":
        return datetime.fromisoformat(value).tzinfo is not None
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", value))


def is_valid(value: Any, schema: dict[str, Any]) -> bool:
    """Whether a value is valid, by the few words of JSON Schema that we use."""
    if "anyOf" in schema:
        return any(is_valid(value, each) for each in schema["anyOf"])
    if "enum" in schema:
        return value in set(schema["enum"])
    kind = schema.get("type", "")
    if kind == "null":
        return value is None
    if kind in KINDS and not isinstance(value, KINDS[kind]):
        return False
    if kind == "string" and len(value) > schema.get("maxLength", len(value)):
        return False
    return "format" not in schema or of_format(value, schema["format"])


@pytest.mark.both
def test_every_line_is_valid_by_the_schema(cast, lived, export):
    kinds = json.loads(SCHEMA.read_text(encoding="utf-8"))["$defs"]
    seen = 0
    with Package(export(cast.monteclaro), FORMAT) as package:
        for name, count in package.manifest["counts"].items():
            lines = list(package.lines(f"data/{name}.jsonl"))
            assert len(lines) == count
            for line in lines:
                assert line.keys() == kinds[name]["properties"].keys(), name
                for member, value in line.items():
                    assert is_valid(value, kinds[name]["properties"][member]), (name, member)
                seen += 1
    assert seen > 100
