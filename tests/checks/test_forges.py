"""Forges and pre-commit run what `.ci/run` and `check --fix` run, and nothing of their own."""

import re
from pathlib import Path

import pytest

from tools.check import CHECKS, ON_DEMAND

ROOT = Path(__file__).resolve().parent.parent.parent
FORGES = (".github/workflows/ci.yml", ".gitlab-ci.yml")


def test_pre_commit_has_a_hook_for_each_linter():
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    hooks = re.findall(r"(?m)^ +- id: (\S+)\n +name: \1\n +entry: (.+)$", text)

    assert hooks == [
        (name, f"python3 -m intranet check --fix {name}")
        for name in CHECKS
        if name not in ON_DEMAND
    ]
    assert text.count("pass_filenames: false") == len(hooks)


@pytest.mark.parametrize("forge", FORGES)
def test_a_forge_calls_the_one_script(forge):
    text = (ROOT / forge).read_text(encoding="utf-8")

    assert len(re.findall(r"(?m)^ +(?:run:|-) \.ci/run$", text)) == 1
    assert "python3 -m intranet" not in text
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
