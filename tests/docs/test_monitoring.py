"""The dashboard and the alarms ask for figures that there are, with labels that they have."""

import json
import re

import promql_parser
import pytest
from prometheus_client.parser import text_string_to_metric_families
from promql_parser import AggModifierType, AggregateExpr

from intranet import schedule
from tests.docs.reading import codes, rows, section, text_of
from tests.promql import (
    ADDED_LABELS,
    DASHBOARD,
    RULES,
    alarm_queries,
    dashboard_queries,
    selectors_of,
)

OURS = "intranet_"


@pytest.fixture
def figures(app, client):
    """The labels of every sample that /metrics shows, by its name."""
    schedule.clockwork(app)  # as a process that does jobs shows theirs, too
    found: dict[str, list[dict[str, str]]] = {}
    for family in text_string_to_metric_families(client.get("/metrics").text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append(sample.labels)
    return found


def test_every_query_asks_for_figures_and_labels_that_there_are(figures):
    queries = [*dashboard_queries(), *alarm_queries()]
    for query in queries:
        for selector in selectors_of(query):
            if selector.metric == "up":  # Prometheus' own
                continue
            samples = figures[selector.metric]
            wanted = {
                name: value
                for name, operator, value in selector.wanted
                if name not in ADDED_LABELS and operator == "MatchOp.Equal"
            }
            assert any(wanted.items() <= labels.items() for labels in samples), selector.text
            assert summed_by(query) <= {*samples[0], *ADDED_LABELS}, query
    assert len(queries) > 40


def summed_by(query):
    """The labels that the sums of a query keep."""
    kept: set[str] = set()

    def visit(part):
        if isinstance(part, AggregateExpr) and part.modifier:
            assert part.modifier.type == AggModifierType.By
            kept.update(part.modifier.labels)
        return True

    promql_parser.walk(promql_parser.parse(query), visit)
    return kept


def test_the_dashboard_shows_every_figure_of_ours(figures):
    shown = {each.metric for query in dashboard_queries() for each in selectors_of(query)}
    ours = {name for name in figures if name.startswith(OURS) and not name.endswith("_created")}

    assert set(map(figure_of, shown)) == set(map(figure_of, ours))


def figure_of(sample):
    """The name of a histogram for each of its samples."""
    return re.sub("_(bucket|sum|count)$", "", sample)


def test_each_panel_has_a_place_of_its_own():
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        taken |= cells
    assert len({panel["id"] for panel in panels}) == len(panels)


def test_every_alarm_says_what_to_do_and_is_explained():
    text = RULES.read_text(encoding="utf-8")
    alarms = re.findall(r"(?m)- alert: (\w+)$", text)
    told = [codes(row[0]) for row in rows(section(text_of("operating.md"), "What to watch"))]

    assert [name for names in told for name in names if name.startswith("Intranet")] == alarms
    assert text.count("action: ") == text.count("summary: ") == text.count("- alert: ")
