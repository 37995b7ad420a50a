"""Packages: what was written is read again, and a single altered byte is refused."""

import io
import json
import shutil
import zlib
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from intranet.platform.core.errors import Invalid
from intranet.records.packages.reading import Package
from intranet.records.packages.writing import PackageWriter

KIND = "intranet.test"


@pytest.fixture
def package(app, tmp_path):
    path = tmp_path / "package.zip"
    with app.app_context(), path.open("wb") as out:
        writer = PackageWriter(out, KIND, {"agency": "L01990012"})
        writer.add("index.html", "<h1>¡Hola, l·l!</h1>".encode())
        writer.copy("files/1", io.BytesIO(b"0123456789" * 100_000))
        with writer.lines("data/messages.jsonl") as write:
            for number in range(3):
                write({"number": number, "text": "ñ 🌊\n"})
        writer.finish(counts={"messages": 3})
    return path


def rewritten(package, change):
    """The package with its files as `change` returns them, from a dictionary of paths."""
    with ZipFile(package) as old:
        files = change({name: old.read(name) for name in old.namelist()})
    with ZipFile(package, "w", ZIP_DEFLATED) as new:
        for name, content in files.items():
            new.writestr(name, content)


def test_what_was_written_is_read_again(package):
    with Package(package, KIND) as opened:
        opened.verify()
        assert opened.manifest["agency"] == "L01990012"
        assert opened.manifest["counts"] == {"messages": 3}
        assert opened.paths == ["index.html", "files/1", "data/messages.jsonl"]
        assert [row["number"] for row in opened.lines("data/messages.jsonl")] == [0, 1, 2]
        with opened.open("files/1") as file:
            assert file.read(10) == b"0123456789"


def test_each_altered_byte_is_refused_and_named(package, tmp_path):
    for name in ("index.html", "files/1", "data/messages.jsonl"):
        copy = shutil.copy(package, tmp_path / "copy.zip")

        def flip(files, name=name):
            files[name] = files[name][:-1] + bytes([files[name][-1] ^ 1])
            return files

        rewritten(copy, flip)
        with Package(copy, KIND) as opened, pytest.raises(Invalid) as refused:
            opened.verify()
        assert name in str(refused.value.detail)


def test_a_manifest_that_was_altered_with_its_file_is_refused(package):
    def forge(files):
        told = json.loads(files["manifest.json"])
        told["agency"] = "L01990099"
        return {**files, "manifest.json": json.dumps(told).encode()}

    rewritten(package, forge)
    with pytest.raises(Invalid, match="422"):
        Package(package, KIND)


def test_files_added_or_left_out_are_refused(package, tmp_path):
    for change in (
        lambda files: {**files, "more.html": b"<script>"},
        lambda files: {name: one for name, one in files.items() if name != "index.html"},
    ):
        copy = shutil.copy(package, tmp_path / "copy.zip")
        rewritten(copy, change)
        with pytest.raises(Invalid):
            Package(copy, KIND)


def test_what_would_unpack_to_far_more_than_it_is_refused_unread(app, tmp_path):
    path = tmp_path / "bomb.zip"
    with app.app_context(), path.open("wb") as out:
        writer = PackageWriter(out, KIND, {})
        writer.copy("files/1", io.BytesIO(bytes(80 * 1024 * 1024)))
        writer.finish()
    assert path.stat().st_size < 1_000_000
    with pytest.raises(Invalid) as refused:
        Package(path, KIND)
    assert "larger" in str(refused.value.detail)


def test_paths_that_lead_elsewhere_links_and_doubles_are_refused(app, tmp_path):
    path = tmp_path / "paths.zip"
    for name in ("../up", "/root", "a//b", "a/./b", "C:x", "a\\b", "a\nb", "x" * 500, "folder/"):
        with app.app_context(), path.open("wb") as out:
            writer = PackageWriter(out, KIND, {})
            writer.add(name, b"")
            writer.finish()
        with pytest.raises(Invalid):
            Package(path, KIND)
    with app.app_context(), path.open("wb") as out:
        writer = PackageWriter(out, KIND, {})
        writer.add("link", b"/etc/passwd")
        writer._zip.infolist()[0].external_attr = 0o120777 << 16
        writer.finish()
    with pytest.raises(Invalid):
        Package(path, KIND)


def test_a_manifest_that_lists_a_file_twice_or_wrongly_is_refused(app, tmp_path):
    path = tmp_path / "manifest.zip"
    good = {"path": "a", "bytes": 1, "sha256": "0" * 64}
    wrong: list[Any] = [[good, good], ["a"], {"a": good}, [{**good, "bytes": "1"}], [{"path": "a"}]]
    for rows in (*wrong, None):
        with app.app_context(), path.open("wb") as out:
            writer = PackageWriter(out, KIND, {})
            writer.add("a", b"1")
            writer._files = rows
            writer.finish()
        with pytest.raises(Invalid):
            Package(path, KIND)


def test_any_byte_of_the_file_itself_is_refused(package, tmp_path):
    """Damage on the way shows, also in what the ZIP says of itself, such as a date."""
    content = package.read_bytes()
    for place in range(0, len(content), 37):
        copy = tmp_path / "copy.zip"
        copy.write_bytes(content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :])
        with pytest.raises(Invalid), Package(copy, KIND) as opened:
            opened.verify()


def test_other_kinds_and_other_files_are_refused(package, tmp_path):
    with pytest.raises(Invalid):
        Package(package, "intranet.agency")
    other = tmp_path / "other.zip"
    other.write_bytes(zlib.compress(b"no package"))
    with pytest.raises(Invalid):
        Package(other, KIND)
    with pytest.raises(Invalid):
        Package(tmp_path / "missing.zip", KIND)
