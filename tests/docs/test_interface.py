"""Every page, call and event stands in docs/interface.md, and nothing that is not there."""

import ast
import re

import pytest

from intranet.delivery.realtime import client_event_names
from intranet.delivery.realtime.client_events import _registered
from tests.docs.reading import ROOT, codes, rows, section, text_of

NOT_LISTED = {
    "api.openapi": "named above the list",
    "api.docs": "named above the list",
    "api.nothing": "what is not there",
}
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
EVENT = re.compile(r"[a-z]+:[a-z]+")
ONE_WORD = {"hello", "typing", "availability"}
TELLING = {
    *("event_frame", "push", "push_to", "push_to_watchers", "push_to_readers"),
    *("tell", "_push", "_tell_watchers"),
}


@pytest.fixture(scope="module")
def text():
    return text_of("interface.md")


def listed(part):
    """What the first column of each table names: verbs and address, without what differs."""
    found = set()
    for row in rows(part):
        *verbs, address = codes(row[0])[0].split()
        found |= {(verb, re.sub(r"\b[A-Z]{2,}\b", "*", address)) for verb in verbs}
    return found


def there(app, *, programs):
    """The addresses of the application, in the same shape."""
    return {
        (method, re.sub(r"<[^>]+>", "*", rule.rule.removeprefix("/api/v1")))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) & METHODS
        if rule.rule.startswith("/api/v1/") == programs and rule.endpoint not in NOT_LISTED
    }


def test_every_page_is_listed(app, text):
    assert listed(section(text, "Pages")) == there(app, programs=False)


def test_every_call_of_programs_is_listed(app, text):
    assert listed(section(text, "REST: `/api/v1`")) == there(app, programs=True)


def test_the_query_of_every_call_is_listed(app, text):
    said = {
        re.sub(r"\b[A-Z]{2,}\b", "*", codes(row[0])[0].partition(" ")[2]): set(codes(row[2]))
        for row in rows(section(text, "REST: `/api/v1`"))
        if codes(row[0])[0].startswith("GET ")
    }
    known = {}
    for rule in app.url_map.iter_rules():
        described = getattr(app.view_functions[rule.endpoint], "__rest__", None)
        if described and "GET" in (rule.methods or ()):
            path = re.sub(r"<[^>]+>", "*", rule.rule.removeprefix("/api/v1"))
            known[path] = set(described.query)

    assert said == known


def test_every_event_that_a_client_asks_is_listed_with_its_scope(app, text):
    said = {codes(row[0])[0]: codes(row[3])[0] for row in rows(section(text, "What a client asks"))}

    assert sorted(said) == client_event_names()
    assert said == {event: _registered[event].scope for event in said}


@pytest.mark.slow
def test_every_event_that_the_server_tells_is_listed(text):
    said = {codes(row[0])[0] for row in rows(section(text, "What the server tells"))}

    assert said == told_events()


def told_events():
    """The events of all calls that tell, by the constants that they are given."""
    found = set()
    for path in (ROOT / "intranet").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in TELLING:
                found |= {
                    argument.value
                    for argument in node.args[:3]
                    if isinstance(argument, ast.Constant)
                    and isinstance(argument.value, str)
                    and (EVENT.fullmatch(argument.value) or argument.value in ONE_WORD)
                }
    return found


def _name(function):
    return getattr(function, "id", None) or getattr(function, "attr", "")
