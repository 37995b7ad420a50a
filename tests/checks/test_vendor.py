"""What is vendored is what the manifest says, and its licence lies beside it."""

import hashlib
import json
import re

import pytest

from tools.editor_bundle import FOLDER as EDITOR
from tools.vendor import FOR_TESTS, ICONS, MADE_APART, PARTS, ROOT, VENDOR


@pytest.mark.parametrize("folder", [VENDOR, FOR_TESTS], ids=["served", "for tests"])
def test_each_vendored_file_has_the_hash_of_its_manifest(folder):
    manifest = json.loads((folder / "manifest.json").read_text())

    listed = {name: value for about in manifest.values() for name, value in about["files"].items()}
    present = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert present == listed


def test_the_manifests_hold_the_versions_of_the_script():
    manifest = json.loads((VENDOR / "manifest.json").read_text())
    manifest |= json.loads((FOR_TESTS / "manifest.json").read_text())

    assert {name: about["version"] for name, about in manifest.items()} == {
        **{part.package: part.version for part in (*PARTS, *MADE_APART)},
        "editor": json.loads((EDITOR / "package.json").read_text())["version"],
    }


def test_each_package_is_under_a_licence_that_lets_us_serve_it():
    manifest = json.loads((VENDOR / "manifest.json").read_text())

    allowed = {"MIT", "ISC", "BSD-0-Clause", "OFL-1.1", "Unicode-3.0"}
    assert {about["licence"] for about in manifest.values()} <= allowed


def test_the_sprite_holds_exactly_the_icons_listed():
    sprite = (VENDOR / "icons.svg").read_text()

    assert sorted(re.findall(r'<symbol id="([^"]+)"', sprite)) == ICONS.read_text().split()


def test_each_icon_that_a_template_names_is_in_the_sprite():
    named = {
        name
        for path in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r"\bicon\(\s*['\"]([a-z0-9-]+)['\"]", path.read_text())
    }

    assert named - set(ICONS.read_text().split()) == set()


def test_the_picker_offers_the_same_emoji_in_each_language():
    offered = {
        path.stem: [[one[0] for one in group["emoji"]] for group in json.loads(path.read_text())]
        for path in (VENDOR / "emoji").glob("*.json")
    }

    assert set(offered) == {"es", "ca", "gl", "eu", "en"}
    assert all(emoji == offered["en"] for emoji in offered.values())
