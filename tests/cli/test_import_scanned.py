"""`intranet import` shows its file to the virus scanner, as all that people upload."""

import pytest

from tests.cli.processes import intranet
from tests.scanner import EICAR, scanner

pytestmark = pytest.mark.slow
LINES = b"code,name,kind\nL1,Concello de Outeiro,municipality\n"


@pytest.fixture
def clamd(tmp_path):
    with scanner(tmp_path) as made:
        yield made


def test_a_file_with_a_virus_is_refused_and_so_is_what_cannot_be_scanned(tmp_path, clamd):
    settings = {"data_dir": tmp_path / "data", "clamav": clamd.address}
    file = tmp_path / "agencies.csv"
    file.write_bytes(LINES + EICAR)
    refused = intranet("import", str(file), "--kind", "agencies", "--apply", **settings)
    assert refused.returncode == 2
    assert "Eicar-Test-Signature" in refused.stderr
    assert "created" not in refused.stdout
    assert clamd.scanned == [LINES + EICAR]

    clamd.says = b"Memory allocation failure. ERROR"
    file.write_bytes(LINES)
    away = intranet("import", str(file), "--kind", "agencies", "--apply", **settings)
    assert away.returncode == 2
    assert "cannot be checked for viruses" in away.stderr
