"""`intranet backup` and `intranet restore`: whole or not at all, and never over something."""

import hashlib
import io
import json
import resource
import shutil
import stat
import subprocess
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from intranet.cli.backups import backup, restore, settle
from intranet.delivery.files.operations import store_upload
from intranet.delivery.files.storage import _bucket, open_storage
from intranet.extensions import db
from intranet.messaging.messages import queries
from intranet.organisation.accounts.models import Account, SignIn
from intranet.platform.audit.models import AuditLine
from intranet.platform.core import clock, mail, outbox, schema
from intranet.platform.core.epochs import Epoch
from intranet.platform.core.outbox import OutboxRow
from intranet.platform.core.unit_of_work import unit_of_work
from tests import cast as casting
from tests.cli.places import change_manifest, refused
from tests.cli.processes import running
from tests.conftest import close
from tests.delivery.files.object_store import says
from tests.messaging.messages.helpers import channel_of, say

LARGE = 20_000_000  # more than the database takes
KEPT = b"What the plans are about. " * 1_000


@pytest.fixture(scope="module")
def place(new_place):
    """The cast's house, with a message, a file, a mail that waits, and a sign-in."""
    made = new_place()
    app = made.opened()
    schema.upgrade(app)
    with app.app_context():
        cast = casting.Cast(app, casting.build())
        say(cast.ana, channel_of(cast.licences), "Plans are in.")
        store_upload(cast.ana, io.BytesIO(KEPT), "plans.txt")
        with unit_of_work() as work:
            mail.post(work, mail.Mail("uxia@x.example", "Plans", "They are in.", "en"))
            account = db.session.query(Account).limit(1).one()
            lasts = clock.now() + timedelta(days=1)
            work.add(SignIn(account_id=account.id, token_hash="0" * 64, expires_at=lasts))
    close(app)
    return made


@pytest.fixture(scope="module")
def taken(place, tmp_path_factory):
    """A copy of it."""
    folder = tmp_path_factory.mktemp("copies") / "first"
    done = place.run(backup, folder)
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def copy(taken, tmp_path):
    """The copy, with which a test may do what it likes."""
    return Path(shutil.copytree(taken, tmp_path / "taken"))


@pytest.fixture
def own(new_place, taken):
    """A place of the test's own, with everything in it."""
    made = new_place()
    done = made.run(restore, taken)
    assert done.exit_code == 0, done.output
    return made


def contents(folder):
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


@pytest.mark.both
def test_a_copy_says_what_is_in_it_and_only_its_owner_reads_it(copy):
    manifest = json.loads((copy / "manifest.json").read_text())
    assert manifest["counts"]["messages"] == 1
    assert manifest["counts"]["files"] == manifest["files"] == 1
    assert manifest["missing"] == 0
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=copy, check=False
    )
    assert checked.returncode == 0
    listed = {line.split("  ")[1] for line in (copy / "SHA256SUMS").read_text().splitlines()}
    assert {*listed, "SHA256SUMS", "manifest.json"} == set(map(str, contents(copy)))
    for path in (copy, *copy.rglob("*")):
        assert not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO), path


@pytest.mark.slow
def test_the_files_of_a_bucket_are_copied_and_come_back_into_an_empty_one(
    copy, new_place, tmp_path, object_store
):
    keys = {"storage_access_key": "tests", "storage_secret_key": "tests"}
    where = {**keys, "storage_url": object_store.url(object_store.new_bucket())}
    with object_store.failing(says("503 Slow Down", "SlowDown")):
        away = new_place().run(restore, copy, **where)
    assert "storage of files does not answer" in refused(away)
    _bucket.cache_clear()  # as a process of its own: this one knows that the store is away
    fresh = new_place()

    assert fresh.run(restore, copy, **where).exit_code == 0
    assert "Files are there already" in refused(new_place().run(restore, copy, **where))

    again = fresh.run(backup, tmp_path / "again", **where)
    assert again.exit_code == 0, again.output
    sums = [line for line in (copy / "SHA256SUMS").read_text().splitlines() if "files/" in line]
    assert set(sums) < set((tmp_path / "again" / "SHA256SUMS").read_text().splitlines())
    with object_store.failing(says("503 Slow Down", "SlowDown")):
        stopped = fresh.run(backup, tmp_path / "third", **where)
    assert "storage of files does not answer" in refused(stopped)
    assert not (tmp_path / "third").exists()
    _bucket.cache_clear()


@pytest.mark.both
def test_what_is_brought_back_is_what_was_copied(copy, place, new_place):
    fresh = new_place()

    done = fresh.run(restore, copy)

    assert done.exit_code == 0, done.output
    app = fresh.opened()
    with app.app_context():
        conversation_id, body = db.session.execute(
            db.text("SELECT conversation_id, body FROM messages")
        ).one()
        assert body == "Plans are in."
        [key] = db.session.scalars(db.text("SELECT key FROM files"))
        with open_storage(app.config["SETTINGS"]).open(key) as file:
            assert file.read() == KEPT
        assert schema.is_current(app)
        [epoch] = db.session.query(Epoch)
        found = queries.latest(UUID(str(conversation_id)))[0].conversation
        assert (found.rev, found.last_seq) == (epoch.rev, 1)
        assert epoch.rev > 20_000_000
        assert db.session.query(AuditLine).filter_by(act="installation.restore").count() == 1
    close(app)
    assert (fresh.folder / "secret_key").read_text() == (place.folder / "secret_key").read_text()
    assert (fresh.folder / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.slow
def test_what_waited_to_go_out_is_set_aside_and_sign_ins_stay_unless_they_are_to_end(
    copy, new_place
):
    for more, alive in (((), 1), (("--sign-out",), 0)):
        fresh = new_place()
        done = fresh.run(restore, copy, *more)
        assert done.exit_code == 0, done.output
        assert "set aside" in done.output
        app = fresh.opened()
        with app.app_context():
            [row] = db.session.query(OutboxRow).filter_by(kind=mail.KIND)
            assert (row.last_error, row.done_at) == ("Restored", None)
            assert outbox.run_due() == 0
            assert db.session.query(SignIn).filter_by(ended_at=None).count() == alive
        close(app)


@pytest.mark.slow
def test_a_copy_goes_neither_into_a_folder_with_something_in_it_nor_into_a_file(copy, place):
    before = contents(copy)
    assert "not empty" in refused(place.run(backup, copy))
    assert "is a file" in refused(place.run(backup, copy / "manifest.json"))
    assert contents(copy) == before


def test_an_empty_installation_is_no_copy_worth(new_place, tmp_path):
    assert "nothing to copy" in refused(new_place().run(backup, tmp_path / "copy"))
    assert not (tmp_path / "copy").exists()


def test_a_copy_that_found_no_room_leaves_nothing(own, tmp_path):
    app = own.opened()
    open_storage(app.config["SETTINGS"]).put("ab" * 16, io.BytesIO(bytes(LARGE)))
    close(app)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGE - 1, before[1]))
    try:
        said = refused(own.run(backup, tmp_path / "copy"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert "No room" in said
    assert not (tmp_path / "copy").exists()


def test_nothing_is_brought_back_over_something(copy, place, new_place, database):
    said = refused(place.run(restore, copy))
    assert ("holds" if database == "postgresql" else "is there already") in said
    fresh = new_place()
    stray = fresh.folder / "files" / "ab" / "abcd"
    stray.parent.mkdir(parents=True)
    stray.write_text("Somebody's.")
    assert "Files are there already" in refused(fresh.run(restore, copy))
    assert stray.read_text() == "Somebody's."


@pytest.mark.slow
@pytest.mark.parametrize("part", ["database", "file", "secret_key", "SHA256SUMS"])
def test_a_copy_that_was_changed_is_refused_and_nothing_is_left_of_it(copy, new_place, part):
    names = {"database": "database.*", "file": "files/*/*"}
    [path] = copy.glob(names.get(part, part))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    fresh = new_place()

    assert "not as it was when the copy was taken" in refused(fresh.run(restore, copy))
    assert_empty(fresh)


def test_a_copy_that_lacks_a_part_or_the_manifest_is_refused(copy, new_place):
    [file] = copy.glob("files/*/*")
    kept = file.read_bytes()
    file.unlink()
    fresh = new_place()
    assert "is missing in the copy" in refused(fresh.run(restore, copy))
    assert_empty(fresh)
    file.write_bytes(kept)
    (copy / "manifest.json").unlink()
    assert "no whole copy" in refused(fresh.run(restore, copy))
    assert_empty(fresh)


def test_a_copy_whose_list_names_something_else_is_refused(copy, new_place, tmp_path):
    (tmp_path / "outside").write_text("Not a part of it.")
    sha256 = hashlib.sha256(b"Not a part of it.").hexdigest()
    with (copy / "SHA256SUMS").open("a") as listed:
        listed.write(f"{sha256}  files/../../outside\n")
    change_manifest(copy, sums=hashlib.sha256((copy / "SHA256SUMS").read_bytes()).hexdigest())
    fresh = new_place()

    assert "names what is no part of a copy" in refused(fresh.run(restore, copy))
    assert_empty(fresh)


def test_a_copy_of_a_newer_version_or_of_the_other_database_is_refused(copy, new_place, database):
    said_before = json.loads((copy / "manifest.json").read_text())
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[database]
    for changed in ({"revision": "9999"}, {"format": 2}, {"database": other}):
        change_manifest(copy, **changed)
        fresh = new_place()
        said = refused(fresh.run(restore, copy))
        assert ("kind" if "database" in changed else "newer version") in said
        assert_empty(fresh)
        change_manifest(copy, **{name: said_before[name] for name in changed})


@pytest.mark.slow
def test_other_counts_than_were_copied_are_noticed(copy, new_place):
    counts = json.loads((copy / "manifest.json").read_text())["counts"]
    change_manifest(copy, counts={**counts, "messages": 2})
    fresh = new_place()

    assert "['messages']" in refused(fresh.run(restore, copy))


def test_another_key_than_the_copys_is_refused(copy, new_place):
    fresh = new_place()
    other = "another key, long enough for what hangs on it"

    assert "secret key" in refused(fresh.run(restore, copy, secret_key=other))
    right = (copy / "secret_key").read_text()
    assert fresh.run(restore, copy, secret_key=right).exit_code == 0


@pytest.mark.slow
def test_a_restore_below_a_running_site_is_refused(copy, new_place, database):
    fresh = new_place()
    with running("serve", "--empty", "--no-browser", "--port=0", **fresh.settings) as server:
        server.line("Serving on ")
        said = refused(fresh.run(restore, copy))
    assert ("serves from" if database == "sqlite" else "holds") in said


def test_files_that_are_nowhere_are_said(own, tmp_path):
    for path in (own.folder / "files").glob("??/*"):
        path.unlink()
    done = own.run(backup, tmp_path / "copy")
    assert done.exit_code == 0
    assert "The bytes of 1 files" in done.output


@pytest.mark.both
def test_what_was_brought_back_by_other_means_is_settled(own):
    done = own.run(settle, "--sign-out")
    assert done.exit_code == 0, done.output
    assert "All open pages reload" in done.output
    app = own.opened()
    with app.app_context():
        assert [row.number for row in db.session.query(Epoch)] == [1, 2]
        assert db.session.query(SignIn).filter_by(ended_at=None).count() == 0
    close(app)


@pytest.mark.slow
def test_a_site_that_runs_is_not_settled(own):
    with running("serve", "--empty", "--no-browser", "--port=0", **own.settings) as server:
        server.line("Serving on ")
        said = refused(own.run(settle))
    assert "serves from" in said or "Others are connected" in said


def assert_empty(place):
    """There is nothing in a place but its key, and a copy can still be brought back there."""
    assert {path.name for path in contents(place.folder)} <= {"secret_key", "serve.lock"}
