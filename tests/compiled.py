"""What every application would compile anew is compiled once a run; it was half of the time.

A test makes an application of its own. Its addresses, templates and statements are the same as
those of the test before, and so is what Werkzeug, Jinja and SQLAlchemy make of them.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.templating import Environment
from sqlalchemy import Dialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from intranet.extensions import db
from tests import connections

STATEMENTS = 5_000

COMPILED = ("_parts", "_trace", "_converters", "arguments")

_rules: dict[tuple[object, ...], dict[str, Any]] = {}
_builders: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}
_statements: LRUCache[Any, Any] = LRUCache(STATEMENTS)
_dialects: dict[str, Dialect] = {}
_templates: dict[str, Environment] = {}


class KeptRule(Rule):
    """A rule that is read, and whose functions that build addresses are compiled, once for all."""

    def compile(self) -> None:
        key = (self.rule, repr(self.defaults), self.merge_slashes)
        if kept := _rules.get(key):
            vars(self).update(kept)
            for name, unknown in (("_build", False), ("_build_unknown", True)):
                setattr(self, name, self._compile_builder(unknown).__get__(self, None))
        else:
            super().compile()
            _rules[key] = {name: getattr(self, name) for name in COMPILED}

    def _compile_builder(self, *how: bool) -> Callable[..., tuple[str, str]]:
        key = (self.rule, repr(self.defaults), how)
        if key not in _builders:
            _builders[key] = super()._compile_builder(*how)
        return _builders[key]


Flask.url_rule_class = KeptRule


def reuse(app: Flask) -> None:
    """Let an application take what those before it compiled and opened, and leave its own."""
    app.jinja_env = _templates.setdefault(app.name, app.jinja_env)
    app.jinja_env.auto_reload = app.debug
    with app.app_context():
        engine = db.engine
        connections.share(engine)
        if engine.dialect.name not in _dialects:
            with engine.connect():  # a dialect asks the server what it can do
                _dialects[engine.dialect.name] = engine.dialect
        engine.dialect = _dialects[engine.dialect.name]  # statements are known by it
        engine.update_execution_options(compiled_cache=_statements)
