"""Prometheus scrapes a served site by our example, and answers what dashboard and alarms ask."""

import subprocess
from contextlib import contextmanager

import promql_parser
import pytest
import requests
from promql_parser import BinaryExpr

from tests.cli.processes import running
from tests.delivery.realtime.clients import PATIENCE, wait_until
from tests.docs.reading import DOCS, ROOT
from tests.promql import RULES, alarm_queries, dashboard_queries, selectors_of
from tests.services import free_port
from tools.programs import prometheus

pytestmark = pytest.mark.slow

EXAMPLE = DOCS / "deploy" / "prometheus" / "prometheus.yml"
TOKEN = "scraped-by-prometheus"
COMPARISONS = {"==", "!=", ">", "<", ">=", "<="}


@contextmanager
def scraping(address, folder):
    """A Prometheus with our example, but for the target, the token's file and the interval."""
    (folder / "token").write_text(TOKEN, encoding="utf-8")
    (folder / RULES.name).write_bytes(RULES.read_bytes())
    text = EXAMPLE.read_text(encoding="utf-8")
    for example, here in {
        "/etc/prometheus/intranet_token": str(folder / "token"),
        '"10.0.0.21:8000", "10.0.0.22:8000"': address.removeprefix("http://"),
        "15s": "1s",
    }.items():
        assert example in text
        text = text.replace(example, here)
    (folder / "prometheus.yml").write_text(text, encoding="utf-8")
    listen = f"127.0.0.1:{free_port()}"
    server = subprocess.Popen(
        [
            prometheus("prometheus"),
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'stored'}",
            f"--web.listen-address={listen}",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://{listen}/api/v1"
    finally:
        server.terminate()
        server.wait(PATIENCE)


def asked(api, query):
    answer = requests.get(f"{api}/query", params={"query": query}, timeout=PATIENCE).json()
    assert answer["status"] == "success", (query, answer)
    return answer["data"]["result"]


def is_there(api, query):
    try:
        return bool(asked(api, query))
    except requests.RequestException:  # it starts, or reads what it has stored
        return False


def compares(query):
    """Whether a query keeps only some values, so that nothing is an answer."""
    found = []

    def visit(part):
        found.append(isinstance(part, BinaryExpr) and str(part.op) in COMPARISONS)
        return True

    promql_parser.walk(promql_parser.parse(query), visit)
    return any(found)


def test_every_query_is_answered_by_what_a_served_site_measures(postgresql, tmp_path):
    settings = {
        "data_dir": tmp_path / "data",
        "database_url": postgresql.new_database(),
        "metrics_token": TOKEN,
    }
    with running("serve", "--empty", "--no-browser", "--port=0", **settings) as server:
        address = server.line("Serving on ").removeprefix("Serving on ")
        with scraping(address, tmp_path) as api:
            wait_until(lambda: is_there(api, "rate(intranet_messages_posted_total[30s])"))
            for query in [*dashboard_queries(), *alarm_queries()]:
                for selector in selectors_of(query):
                    assert asked(api, selector.text), selector.text
                assert compares(query) or asked(api, query), query
            rules = requests.get(f"{api}/rules", timeout=PATIENCE).json()["data"]["groups"]
    names = [rule for group in rules for rule in group["rules"]]
    assert len(names) == len(alarm_queries())
    assert {rule["health"] for rule in names} <= {"ok", "unknown"}


def test_the_alarms_ring_when_they_should(tmp_path):
    tests = ROOT / "tests" / "docs" / "intranet.rules.test.yml"
    for file in (RULES, tests):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    said = subprocess.run(
        [prometheus("promtool"), "test", "rules", tests.name],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stdout + said.stderr
