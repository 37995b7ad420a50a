"""What every application would compile anew is compiled once a run; it was half of the time.

A test makes an application of its own. Its addresses, templates and statements are the same as
those of the test before, and so is what Werkzeug, Jinja and SQLAlchemy make of them.
"""

from collections.abc import Callable
from threading import Lock
from typing import Any

from flask import Flask
from flask.templating import Environment
from sqlalchemy import Dialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Map, Rule, RuleFactory
from werkzeug.routing.matcher import StateMachineMatcher

from intranet.extensions import db
from tests import connections

STATEMENTS = 5_000

DIFFERING = (
    *("rule", "endpoint", "defaults", "provide_automatic_options", "strict_slashes", "subdomain"),
    *("host", "build_only", "websocket", "alias", "redirect_to"),
)
COMPILED = ("_parts", "_trace", "_converters", "arguments")

_rules: dict[tuple[object, ...], dict[str, Any]] = {}
_lock = Lock()
_maps: dict[tuple[object, ...], tuple[StateMachineMatcher, dict[Any, list[Rule]]]] = {}
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


class KeptMap(Map):
    """The rules of an application, put in order once for all applications with the same rules.

    That happens when the first address is looked for, and anew where more rules come later.
    """

    def __init__(self, *given: Any, **settings: Any) -> None:
        """Begin with none."""
        self._all: list[Rule] = []
        super().__init__(*given, **settings)

    def add(self, rulefactory: RuleFactory) -> None:
        """Take a rule, or several."""
        self._all += rulefactory.get_rules(self)
        self._remap = True

    def update(self) -> None:
        """Put the rules in order, or find them so."""
        with _lock:
            if self._remap:
                self._order()

    def _order(self) -> None:
        key = tuple(map(_as_key, self._all))
        if key in _maps:
            self._matcher, self._rules_by_endpoint = _maps[key]
            self._remap = False
            return
        self._matcher, self._rules_by_endpoint = StateMachineMatcher(self.merge_slashes), {}
        for rule in self._all:
            rule.map = None  # type: ignore[assignment] # as one that no map has yet
            super().add(rule)
        super().update()
        _maps[key] = self._matcher, self._rules_by_endpoint


def _as_key(rule: Rule) -> tuple[object, ...]:
    """All by which one rule of ours differs from another."""
    return (*sorted(rule.methods or ()), *(repr(getattr(rule, name, None)) for name in DIFFERING))


Flask.url_rule_class, Flask.url_map_class = KeptRule, KeptMap


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
