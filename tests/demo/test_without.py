"""An installation without the source tree has no demonstration, and starts empty."""

from intranet.bootstrap import start
from intranet.cli.demo import load, sign_ins


def test_the_site_starts_empty_and_says_so(app, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(start, "ROOT", tmp_path)

    assert load(app) == []
    assert capsys.readouterr().out == (
        "The demonstration belongs to the source tree, so the site starts empty.\n"
    )
    assert sign_ins(app) == []
