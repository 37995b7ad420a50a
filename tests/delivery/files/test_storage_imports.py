"""Who keeps files in a folder does not load what only a bucket needs."""

import subprocess
import sys

import pytest

LOADED = """
import sys
from intranet.app import create_app
import intranet.cli.doctor, intranet.cli.machine_checks
from intranet.delivery.files.storage import check_storage, storage, storage_answers
from intranet.platform.core.web import settings
app = create_app()
with app.app_context():
    check_storage(settings())
    assert storage_answers()
    list(storage().stored())
print([name for name in sys.modules if name.partition(".")[0] in {"boto3", "botocore"}])
"""


@pytest.mark.slow
def test_a_site_with_a_folder_does_not_load_boto3(tmp_path):
    found = subprocess.run(
        [sys.executable, "-c", LOADED],
        env={"INTRANET_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.stdout, found.returncode) == ("[]\n", 0), found.stderr
