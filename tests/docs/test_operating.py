"""Every setting, command, option and figure stands in docs/operating.md."""

import re

import click
import pytest
from prometheus_client import REGISTRY

from intranet.cli.main import Commands
from intranet.config import NAMES, SECRETS, Settings, read_settings
from intranet.delivery.realtime import counters
from intranet.platform.core.jobs import RUNS
from intranet.platform.core.metrics import OutboxCollector
from tests.docs.reading import ROOT, codes, rows, section, text_of

# What follows from the data folder is said in words.
IN_WORDS = {
    *("database_url", "redis_url", "storage_url", "secret_key", "smtp_url", "metrics_token"),
    *("storage_access_key", "storage_secret_key"),
    "clamav",
    "identity_hosts",
    "sentry_dsn",
    "replica_url",
}


@pytest.fixture(scope="module")
def text():
    return text_of("operating.md")


def test_every_setting_is_told_and_none_that_there_is_not(text):
    told = {codes(row[0])[0] for row in rows(section(text, "Settings"))}

    assert told == {f"INTRANET_{name.upper()}" for name in NAMES}
    (in_files,) = re.findall(r"(?s)\*\*Secrets\*\*(.+?)\n\n", section(text, "Settings"))
    assert {name for name in codes(in_files) if not name.endswith("FILE")} == {
        f"INTRANET_{name.upper()}" for name in SECRETS
    }
    assert "`INTRANET_CONFIG`" in section(text, "Settings")


def test_every_default_is_the_one_that_holds(text):
    defaults = Settings()
    for name, default, _ in rows(section(text, "Settings")):
        setting = codes(name)[0].removeprefix("INTRANET_").lower()
        if setting in NAMES - IN_WORDS:
            assert codes(default) == [str(getattr(defaults, setting))], setting


def test_the_settings_of_tests_are_ignored_by_everything_else(text, tmp_path):
    names = set(re.findall(r"`(INTRANET_(?:TEST_\w+|CHROMIUM))`", text))

    assert names == {"INTRANET_TEST_PG", "INTRANET_TEST_REDIS", "INTRANET_CHROMIUM"}
    read_settings({"INTRANET_DATA_DIR": str(tmp_path), **dict.fromkeys(names, "x")})


def test_every_command_is_told_with_its_options(text):
    told = {
        codes(name)[0]: sorted(code for code in codes(options) if code.startswith("--"))
        for name, options, _ in rows(section(text, "Commands"))
    }

    assert told == dict(commands())


def commands():
    """Each command that can be called, with its options."""
    group = Commands()
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command
        yield from _called(f"intranet {name}", command, context)


def _called(name, command, context):
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            assert found
            yield from _called(f"{name} {below}", found, context)
    else:
        given = (each for each in command.params if isinstance(each, click.Option))
        yield name, sorted(option.opts[0] for option in given)


def test_every_figure_is_told(text, app_context):
    cells = [codes(row[0]) for row in rows(section(text, "What to watch"))]
    told = {names[0] for names in cells if names and names[0].startswith("intranet_")}
    assert {RUNS, counters.sockets} <= set(REGISTRY._collector_to_names)
    counted = {
        f"{sample}_total" if metric.type == "counter" else sample
        for metric in REGISTRY.collect()
        if (sample := metric.name).startswith("intranet_")
    }
    asked = {metric.name for metric in OutboxCollector().collect()}

    assert told == counted | asked


def test_the_labels_of_every_figure_are_told(text, app_context):
    told: dict[str, list[str]] = {}
    for name, what in (row[:2] for row in rows(section(text, "What to watch"))):
        for metric in codes(name)[:1]:  # the rest are alarms
            told.setdefault(metric, codes(what))
    for collector, (name, *_samples) in REGISTRY._collector_to_names.items():
        if name.startswith("intranet_") and (labels := getattr(collector, "_labelnames", ())):
            full = name if name in told else f"{name}_total"
            assert set(labels) <= set(told[full]), name


def test_the_readme_says_the_two_commands_and_where_to_read_on():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", readme, re.DOTALL)

    assert next(block.strip() for block in blocks) == "python3 -m intranet"
    assert "python3 -m intranet test" in {block.strip() for block in blocks}
    for page in ("docs/", "docs/operating.md", "CHANGELOG.md", "bleach"):
        assert page in readme
