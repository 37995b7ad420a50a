"""The OpenAPI description of the REST interface, generated from its endpoints."""

import re
from collections.abc import Iterator
from typing import Any

from flask import Flask
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema
from werkzeug.routing import Rule

from intranet.platform.core.responses import SUFFIX, ProblemResponse, is_list, model_of
from intranet.platform.core.rest import PREFIX, RestDescription

Schemas = dict[type[BaseModel], Any]

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
    forms, form_parts = _schemas({described.form for _rule, _method, described, _words in calls})
    for part in form_parts.values():
        if "properties" in part:  # as `Form.parse_exactly` requires, at any depth
            part["additionalProperties"] = False
    models = {model_of(described.answer) for _rule, _method, described, _words in calls}
    answers, answer_parts = _schemas({ProblemResponse, *models})
    schemas = answers | forms
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
            "schemas": answer_parts | form_parts,
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


def _schemas(models: set[type[BaseModel] | None]) -> tuple[Schemas, dict[str, Any]]:
    """Return the schema of each model, and the named schemas to which these refer."""
    ordered = sorted((model for model in models if model), key=lambda model: model.__name__)
    found, together = models_json_schema(
        [(model, "validation") for model in ordered],
        ref_template=REFERENCE,
        schema_generator=_Schemas,
    )
    return {model: found[model, "validation"] for model in ordered}, together.get("$defs", {})


class _Schemas(GenerateJsonSchema):
    """Names models of responses by what they describe."""

    def normalize_name(self, name: str) -> str:
        return super().normalize_name(name).removesuffix(SUFFIX)


def _call(
    rule: Rule, method: str, described: RestDescription, words: str, schemas: Schemas
) -> dict[str, Any]:
    status = str(described.status or (201 if method == "post" else 200))
    call: dict[str, Any] = {
        "operationId": rule.endpoint.replace(".", "_"),
        "summary": words,
        "parameters": [*_in_path(rule), *_in_query(described)],
        "responses": {
            status: {"description": "Done", "content": _content(described.answer, schemas)},
            "default": {
                "description": "; ".join(f"{code}: {text}" for code, text in REFUSALS.items()),
                "content": {"application/problem+json": {"schema": schemas[ProblemResponse]}},
            },
        },
    }
    if described.form:
        call["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schemas[described.form]}},
        }
    return call


def _content(answer: type | None, schemas: Schemas) -> dict[str, Any]:
    if answer is None:
        return {}
    if not (model := model_of(answer)):
        return {"application/octet-stream": {}}
    if not is_list(answer):
        return {"application/json": {"schema": schemas[model]}}
    listed = {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": schemas[model]},
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
