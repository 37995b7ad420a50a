"""The OpenAPI description of the REST interface, generated from its endpoints."""

import re
from collections.abc import Iterator
from typing import Any

from flask import Flask
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule

from intranet.pages.api.shapes import SHAPES
from intranet.platform.core.parsing import Form
from intranet.platform.core.rest import PREFIX, RestDescription

REFERENCE = "#/components/schemas/{model}"
METHODS = ("get", "post", "put", "patch", "delete")
REFUSALS = {
    "401": "Nobody is signed in",
    "403": "The person sees it and may not do this",
    "404": "It does not exist, or the person may not know that it does",
    "409": "It has changed meanwhile, or a key was used for something else",
    "412": "`If-Match` names a version that is no longer there",
    "422": "What was sent cannot be taken; `errors` says why, by field",
    "429": "Too many; `Retry-After` says when to try again",
}


def description(app: Flask) -> dict[str, Any]:
    """Return every call under `/api/v1` as OpenAPI 3.1."""
    calls = list(_calls(app))
    forms = {described.form for _rule, _method, described, _words in calls if described.form}
    schemas, definitions = _schemas(forms)
    paths: dict[str, dict[str, Any]] = {}
    for rule, method, described, words in calls:
        paths.setdefault(_path(rule), {})[method] = _call(rule, method, described, words, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Intranet",
            "version": "1",
            "description": "Ids are opaque strings, instants RFC 3339 in UTC, errors RFC 9457.",
        },
        "servers": [{"url": PREFIX}],
        "security": [{"token": []}, {"cookie": []}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": {**SHAPES, **definitions},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "sign_in"},
            },
        },
    }


def _calls(app: Flask) -> Iterator[tuple[Rule, str, RestDescription, str]]:
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith(f"{PREFIX}/"):
            continue
        view = app.view_functions[rule.endpoint]
        described = getattr(view, "__rest__", None)
        if described is None:
            continue
        words = " ".join((view.__doc__ or "").split())
        for method in METHODS:
            if method.upper() in (rule.methods or ()):
                yield rule, method, described, words


def _schemas(forms: set[type[Form]]) -> tuple[dict[type[Form], Any], dict[str, Any]]:
    ordered = sorted(forms, key=lambda form: form.__name__)
    found, together = models_json_schema(
        [(form, "validation") for form in ordered], ref_template=REFERENCE
    )
    by_form = {form: schema for (form, _mode), schema in found.items()}
    definitions = together.get("$defs", {})
    for schema in definitions.values():
        if "properties" in schema:  # as `Form.parse_exactly` requires, at any depth
            schema["additionalProperties"] = False
    return by_form, definitions  # type: ignore[return-value]


def _call(
    rule: Rule, method: str, described: RestDescription, words: str, schemas: dict[type[Form], Any]
) -> dict[str, Any]:
    status = str(described.status or (201 if method == "post" else 200))
    call: dict[str, Any] = {
        "operationId": rule.endpoint.replace(".", "_"),
        "summary": words,
        "parameters": [*_in_path(rule), *_in_query(described)],
        "responses": {
            status: {"description": "Done", "content": _content(described.answer)},
            "default": {
                "description": "; ".join(f"{code}: {text}" for code, text in REFUSALS.items()),
                "content": {
                    "application/problem+json": {
                        "schema": {"$ref": REFERENCE.format(model="Problem")}
                    }
                },
            },
        },
    }
    if described.form:
        call["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schemas[described.form]}},
        }
    return call


def _content(answer: str) -> dict[str, Any]:
    if answer == "nothing":
        return {}
    if answer == "bytes":
        return {"application/octet-stream": {}}
    name = answer.strip("[]")
    one = {"$ref": REFERENCE.format(model=name)}
    if not answer.startswith("["):
        return {"application/json": {"schema": one}}
    listed = {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": one},
            "next_cursor": {"type": ["string", "null"]},
        },
        "required": ["items", "next_cursor"],
    }
    return {"application/json": {"schema": listed}}


def _in_path(rule: Rule) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"<(?:\w+:)?(\w+)>", rule.rule)
    ]


def _in_query(described: RestDescription) -> list[dict[str, Any]]:
    return [{"name": name, "in": "query", "schema": {"type": "string"}} for name in described.query]


def _path(rule: Rule) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule.removeprefix(PREFIX))
