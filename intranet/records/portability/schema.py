"""The JSON Schema of the lines of a package, made from the tables; docs/portability holds it."""

from typing import Any

from intranet.records.portability.decisions import GOES
from intranet.records.portability.scope import TABLES
from intranet.records.portability.values import columns_of, schema_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def package_schema() -> dict[str, Any]:
    """Return a schema with a definition for each kind: `#/$defs/KIND` is for `data/KIND.jsonl`.

    The lines of stubs have some of the members only.
    """
    return {
        "$schema": DIALECT,
        "title": "A package of intranet.package, version 1",
        "description": "Each line of data/KIND.jsonl is valid by #/$defs/KIND.",
        "$defs": {name: _of_table(name) for name in sorted(GOES)},
    }


def _of_table(name: str) -> dict[str, Any]:
    columns = columns_of(TABLES[name])
    return {
        "type": "object",
        "properties": {column.name: schema_of(column) for column in columns},
        "required": [column.name for column in columns],
        "additionalProperties": False,
    }
