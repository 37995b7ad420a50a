"""REST: what programs rely on changes only on purpose."""

from difflib import unified_diff
from pathlib import Path

from tests.pages.api.contract import contract, written

STORED = Path(__file__).with_name("contract.json")


def test_calls_take_and_give_what_is_stored(api, cast, tmp_path):
    now = written(contract(api(cast.ana).get("/openapi.json").json))
    present = tmp_path / STORED.name
    present.write_text(now, encoding="utf-8")

    stored = STORED.read_text(encoding="utf-8")
    changes = "\n".join(unified_diff(stored.splitlines(), now.splitlines(), "stored", "now", n=1))
    assert not changes, f"{changes}\n\nIf this is meant: cp {present} {STORED}"
