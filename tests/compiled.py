"""What every application would compile anew is compiled once a run; it was half of the time.

A test makes an application of its own. Its addresses, templates and statements are the same as
those of the test before, and so is what Werkzeug, Jinja and SQLAlchemy make of them.
"""

from collections.abc import Callable
from functools import cached_property, partialmethod
from threading import Lock
from typing import Any

from flask import Blueprint, Flask
from flask.blueprints import BlueprintSetupState
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
_numbers: dict[tuple[object, ...], int] = {}
_lock = Lock()
_maps: dict[tuple[int, ...], tuple[StateMachineMatcher, dict[Any, list[Rule]]]] = {}
_added: dict[tuple[object, ...], Rule] = {}
_builders: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}
_statements: LRUCache[Any, Any] = LRUCache(STATEMENTS)
_dialects: dict[str, Dialect] = {}
_templates: dict[str, Environment] = {}


class KeptRule(Rule):
    """A rule that is read, and whose functions that build addresses are compiled, once for all."""

    @cached_property
    def number(self) -> int:
        """The same for rules that differ in nothing."""
        differing = (repr(getattr(self, name, None)) for name in DIFFERING)
        key = (*sorted(self.methods or ()), *differing)
        return _numbers.setdefault(key, len(_numbers))

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
        self.given: list[Any] = []
        super().__init__(*given, **settings)

    def add(self, rulefactory: RuleFactory) -> None:
        """Take a rule, or several."""
        self.given += rulefactory.get_rules(self)
        self._remap = True

    def update(self) -> None:
        """Put the rules in order, or find them so."""
        with _lock:
            if self._remap:
                self._order()

    def _order(self) -> None:
        key = tuple(rule.number for rule in self.given)
        if key in _maps:
            self._matcher, self._rules_by_endpoint = _maps[key]
            self._remap = False
            return
        self._matcher, self._rules_by_endpoint = StateMachineMatcher(self.merge_slashes), {}
        for rule in self.given:
            rule.map = None
            super().add(rule)
        super().update()
        _maps[key] = self._matcher, self._rules_by_endpoint


class KeptState(BlueprintSetupState):
    """Gives an application the rules that the one before it made of the same blueprint."""

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Callable[..., Any] | None = None,
        **options: Any,
    ) -> None:
        """Add a rule, made where there is none yet."""
        key, rules = (self.blueprint, rule, endpoint, view_func, repr(options)), self.app.url_map
        assert isinstance(rules, KeptMap)
        if kept := _added.get(key):
            rules.add(kept)
            if view_func:
                self.app.view_functions[kept.endpoint] = view_func
        else:
            super().add_url_rule(rule, endpoint, view_func, **options)
            _added[key] = rules.given[-1]


Flask.url_rule_class, Flask.url_map_class = KeptRule, KeptMap
Blueprint.make_setup_state = partialmethod(KeptState)  # type: ignore[method-assign,assignment]


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
