"""The PromQL of the dashboard and the alert rules in docs/deploy, as Prometheus would ask it."""

import json
import re
from dataclasses import dataclass

import promql_parser
from promql_parser import VectorSelector

from tests.docs.reading import DOCS

DASHBOARD = DOCS / "deploy" / "grafana" / "intranet.json"
RULES = DOCS / "deploy" / "prometheus" / "intranet.rules.yml"
SCRAPED_AS = "intranet"
# What Grafana puts in place of its own words.
FILLED_IN = {"$job": SCRAPED_AS, "$__rate_interval": "30s"}
# Labels that Prometheus adds to what it scrapes.
ADDED_LABELS = {"job", "instance"}


@dataclass(frozen=True)
class Selector:
    """A metric that a query asks for, and what it wants of the labels: name, operator, value."""

    metric: str
    wanted: frozenset[tuple[str, str, str]]
    text: str


def dashboard_queries() -> list[str]:
    board = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    asked = [target["expr"] for panel in board["panels"] for target in panel.get("targets", ())]
    for word, value in FILLED_IN.items():
        asked = [each.replace(word, value) for each in asked]
    return asked


def alarm_queries() -> list[str]:
    text = RULES.read_text(encoding="utf-8")
    asked = re.findall(r"(?m)^ +expr: (.+)$", text)
    assert len(asked) == len(re.findall(r"(?m)^ +- alert: ", text))
    return asked


def selectors_of(query: str) -> list[Selector]:
    """Return what a query asks for; a query that cannot be parsed is an error."""
    found = []

    def visit(part):
        if isinstance(part, VectorSelector):
            wanted = frozenset(
                (each.name, str(each.op), each.value) for each in part.matchers.matchers
            )
            found.append(Selector(str(part.name), wanted, part.prettify().strip()))
        return True

    promql_parser.walk(promql_parser.parse(query), visit)
    return found
