"""Files move to an object store and back; a bucket that cannot be used is said with a remedy."""

import io

import pytest
from click.testing import CliRunner

from intranet.bucket_address import parse_bucket
from intranet.cli.doctor import doctor
from intranet.cli.files import files
from intranet.delivery.files.bucket_storage import BucketStorage
from intranet.delivery.files.folder_storage import FolderStorage
from intranet.delivery.files.storage import _bucket
from tests.cli.processes import intranet
from tests.delivery.files.object_store import says

KEYS = {"INTRANET_STORAGE_ACCESS_KEY": "tests", "INTRANET_STORAGE_SECRET_KEY": "s3cret"}
NAMES = [f"{number:02x}" * 16 for number in range(12)]


@pytest.fixture
def folder(tmp_path):
    made = FolderStorage(tmp_path / "data" / "files")
    for name in NAMES:
        made.put(name, io.BytesIO(f"This is {name}.".encode()))
    return made


@pytest.fixture
def run(tmp_path):
    def carry_out(command, *arguments, **more):
        data_dir = {"INTRANET_DATA_DIR": str(tmp_path / "data")}
        given = {f"INTRANET_{name.upper()}": value for name, value in more.items()}
        _bucket.cache_clear()
        return CliRunner().invoke(command, arguments, env={**data_dir, **KEYS, **given})

    return carry_out


@pytest.fixture
def url(object_store):
    return object_store.url(object_store.new_bucket())


def contents(storage):
    found = {}
    for each in storage.stored():
        with storage.open(each.key) as stream:
            found[each.key] = stream.read()
    return found


def test_files_move_to_a_bucket_and_back_and_each_is_compared(run, folder, url, tmp_path):
    bucket = BucketStorage(parse_bucket(url), "tests", "tests")

    done = run(files, "move", "--to", url)

    assert done.exit_code == 0, done.output
    assert "12 files were copied and compared, 0 were there already." in done.output
    assert f"Now set INTRANET_STORAGE_URL='{url}'" in done.output
    assert contents(bucket) == contents(folder)
    later = "ff" * 16
    folder.put(later, io.BytesIO(b"It came meanwhile."))
    source = f"file:{tmp_path / 'data' / 'files'}"
    more = run(files, "move", "--from", source, "--to", url, storage_url=url)
    assert "1 files were copied and compared, 12 were there already." in more.output
    assert "was left" in more.output

    back = f"file:{tmp_path / 'back'}"
    assert run(files, "move", "--to", back, storage_url=url).exit_code == 0
    assert contents(FolderStorage(tmp_path / "back")) == contents(folder)


def test_a_move_that_is_stopped_goes_on_and_nothing_wrong_stays(run, folder, url, object_store):
    with object_store.failing(says("503 Slow Down", "SlowDown"), below=NAMES[7]):
        stopped = run(files, "move", "--to", url)
    assert stopped.exit_code == 1
    assert "run the same command again" in stopped.output

    def corrupts(environ, start_response, store):
        return [content.replace(b"This", b"Thus") for content in store(environ, start_response)]

    with object_store.failing(corrupts, "GET", below=f"/{NAMES[7]}"):
        wrong = run(files, "move", "--to", url)
    assert wrong.exit_code == 1
    assert NAMES[7] in wrong.output
    bucket = BucketStorage(parse_bucket(url), "tests", "tests")
    assert NAMES[7] not in contents(bucket)

    assert run(files, "move", "--to", url).exit_code == 0
    assert contents(bucket) == contents(folder)


def test_a_move_to_the_same_or_to_nowhere_is_refused(run, folder, object_store):
    assert "the same storage" in run(files, "move", "--to", "file:/x", storage_url="file:/x").output
    nowhere = run(files, "move", "--to", object_store.url("nowhere"))
    assert "aws s3 mb s3://nowhere" in str(nowhere.exception)


@pytest.mark.parametrize(
    ("fault", "remedy"),
    [
        (says("403 Forbidden", "AccessDenied"), "allow s3:PutObject"),
        (says("403 Forbidden", "RequestTimeTooSkewed"), "timedatectl set-ntp true"),
        (says("403 Forbidden", "InvalidAccessKeyId"), "INTRANET_STORAGE_ACCESS_KEY"),
        (says("400 Bad Request", "IllegalLocationConstraintException"), "get-bucket-location"),
        (says("503 Slow Down", "SlowDown"), "ask those who run it"),
    ],
)
def test_the_doctor_says_why_a_bucket_cannot_be_used(run, url, object_store, fault, remedy):
    with object_store.failing(fault):
        said = run(doctor, storage_url=url).output
    [line] = [line for line in said.splitlines() if line[6:].startswith("files: ")]
    assert line.startswith("WRONG")
    assert remedy in line
    assert "s3cret" not in said


def test_the_doctor_finds_a_bucket_fine_and_leaves_nothing_in_it(run, url):
    assert "ok    files: in the bucket" in run(doctor, storage_url=url).output
    bucket = BucketStorage(parse_bucket(url), "tests", "tests")
    assert list(bucket.client.objects()) == []


def test_a_store_that_is_not_there_is_said(run):
    said = run(doctor, storage_url="s3://files?endpoint=http://127.0.0.1:9").output
    assert "WRONG files: http://127.0.0.1:9 does not answer" in said
    assert "curl -I http://127.0.0.1:9" in said


@pytest.mark.slow
def test_a_server_whose_bucket_is_not_there_does_not_start(tmp_path, object_store):
    url = object_store.url("nowhere")
    keys = {"storage_access_key": "tests", "storage_secret_key": "tests"}
    done = intranet(
        *("serve", "--empty", "--no-browser", "--port=0"),
        data_dir=tmp_path / "data",
        storage_url=url,
        **keys,
    )
    assert done.returncode == 1
    assert "aws s3 mb s3://nowhere" in done.stderr
    assert "Traceback" not in done.stderr
