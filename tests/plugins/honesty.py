"""A run tells what it ran: no skipped test and no expected failure, and each database's number."""

from collections import Counter

import pytest

from tests.plugins.databases import DATABASES

NOT_ALLOWED = ("skipped", "xfailed", "xpassed")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    if exitstatus == pytest.ExitCode.OK and _not_allowed(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    if names := _not_allowed(terminalreporter.config):
        terminalreporter.section("a skipped test or an expected failure fails the run", red=True)
        for name in names:
            terminalreporter.write_line(name)
    if counted := Counter(map(_database, terminalreporter.stats.get("passed", []))):
        said = [f"{counted[name]} {name or 'without a database'}" for name in (*DATABASES, "")]
        terminalreporter.write_line(f"passed: {', '.join(said)}")


def _database(report) -> str:
    """The database on which a test ran, as its name has it."""
    parameters = report.nodeid.partition("[")[2].rstrip("]").split("-")
    return next((name for name in DATABASES if name in parameters), "")


def _not_allowed(config) -> list[str]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return []
    reports = [report for kind in NOT_ALLOWED for report in reporter.stats.get(kind, [])]
    return [report.nodeid for report in reports]
