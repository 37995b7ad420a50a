"""Copies of an installation from before 0.1.0 are brought back into one of today."""

import pytest

from intranet.cli.backups import backup, restore
from intranet.cli.doctor import doctor
from tests.cli.places import change_manifest, refused
from tests.migrations import at_0047


@pytest.mark.slow
@pytest.mark.both
def test_a_copy_of_an_older_version_is_migrated(new_place, tmp_path, database):
    older = new_place()
    older.folder.mkdir()
    at_0047.fill(older.settings["database_url"], database)
    assert older.run(backup, tmp_path / "copy").exit_code == 0
    fresh = new_place()

    done = fresh.run(restore, tmp_path / "copy")

    assert done.exit_code == 0, done.output
    assert "ok    tables" in fresh.run(doctor).output
    change_manifest(tmp_path / "copy", revision="0046")
    assert "revision 0047, then this one" in refused(new_place().run(restore, tmp_path / "copy"))
