"""`intranet demo` fills an empty installation, once."""

import pytest
from click.testing import CliRunner

from intranet.cli.demo import demo


@pytest.fixture
def run(new_database_url, tmp_path, monkeypatch):
    monkeypatch.setenv("INTRANET_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("INTRANET_DATABASE_URL", new_database_url())
    monkeypatch.setenv("INTRANET_DEMO_PASSWORD", "una-clave-para-probar")
    return lambda: CliRunner().invoke(demo)


def test_it_says_who_signs_in_and_does_not_run_twice(run):
    first, second = run(), run()

    assert first.exit_code == 0
    assert "2,087 posts" in first.output
    assert "una-clave-para-probar" in first.output
    assert "ana@monteclaro.example" in first.output
    assert second.exit_code == 1
    assert "Somebody is there already" in second.output
