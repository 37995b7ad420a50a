"""A run tells what it ran: no skipped test, no expected failure, and counts for `run_tests`."""

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.plugins.databases import uses_a_database

NOT_ALLOWED = ("skipped", "xfailed", "xpassed")


def pytest_addoption(parser):
    parser.addoption("--counts", type=Path, help="write what was counted to this file, as JSON")


class Counts:
    """What became of each test, by whether it used a database."""

    def __init__(self) -> None:
        self.outcomes: dict[str, Counter[str]] = {"with": Counter(), "without": Counter()}
        self.on_one_only: list[str] = []
        self._groups: dict[str, str] = {}

    def collected(self, items) -> None:
        for item in items:
            self._groups[item.nodeid] = "with" if uses_a_database(item) else "without"
            if item.get_closest_marker("only_on"):
                self.on_one_only.append(item.nodeid)

    def seen(self, report) -> None:
        outcomes = self.outcomes[self._groups.get(report.nodeid, "without")]
        if hasattr(report, "wasxfail"):
            outcomes["skipped"] += 1
        elif report.skipped or (report.passed and report.when == "call"):
            outcomes[report.outcome] += 1
        elif report.failed:
            outcomes["failed" if report.when == "call" else "error"] += 1

    def as_json(self) -> str:
        return json.dumps({**self.outcomes, "only_here": self.on_one_only})


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    config.stash[COUNTS] = Counts()
    config.pluginmanager.register(Recorder(config.stash[COUNTS]), "counts")


COUNTS = pytest.StashKey[Counts]()


class Recorder:
    """Feeds `Counts` from pytest's hooks."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts

    def pytest_collection_finish(self, session):
        self.counts.collected(session.items)

    def pytest_runtest_logreport(self, report):
        self.counts.seen(report)

    def pytest_collectreport(self, report):
        if report.failed:
            self.counts.outcomes["without"]["error"] += 1


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    counts = session.config.stash[COUNTS]
    if file := session.config.getoption("--counts"):
        file.write_text(counts.as_json(), encoding="utf-8")
    if exitstatus == pytest.ExitCode.OK and _not_allowed(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    if names := _not_allowed(terminalreporter.config):
        terminalreporter.section("a skipped test or an expected failure fails the run", red=True)
        for name in names:
            terminalreporter.write_line(name)


def _not_allowed(config) -> list[str]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return []
    reports = [report for kind in NOT_ALLOWED for report in reporter.stats.get(kind, [])]
    return [report.nodeid for report in reports]
