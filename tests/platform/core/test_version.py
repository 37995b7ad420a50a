"""`intranet --version`, and the entry of the log of changes that belongs to it."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

from click.testing import CliRunner

from intranet.cli.main import Commands
from intranet.platform.core import version as module

ROOT = Path(__file__).resolve().parents[3]


def test_the_version_is_that_of_the_project():
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]

    done = CliRunner().invoke(Commands(), ["--version"])

    assert done.exit_code == 0
    assert done.output == f"intranet {project['version']}\n"


def test_an_installed_package_reads_its_metadata(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "PROJECT", tmp_path / "pyproject.toml")
    monkeypatch.setattr(metadata, "version", {"intranet": "9.8.7"}.__getitem__)

    assert module.version() == "9.8.7"


def test_the_log_of_changes_has_an_entry_that_says_what_to_do():
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    version = re.escape(module.version())

    entry = re.search(rf"(?ms)^## {version} · \d{{4}}-\d\d-\d\d$(.*?)(?=^## |\Z)", changes)

    assert entry
    assert "### Steps to take" in entry[1]
