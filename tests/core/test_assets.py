import gzip
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUNDLES = ("core", "conversations", "directory", "admin", "accounts")
FOR_EVER = "public, max-age=31536000, immutable"


def fetched(client, path, **headers):
    return client.get(path, headers=headers)


@pytest.mark.parametrize("name", BUNDLES)
def test_a_stylesheet_is_served_as_one_file_with_everything_it_lists(client, name):
    entry = ROOT / "static" / name / f"{name}.css"
    listed = re.findall(r'url\("([^"]+\.css)"\)', entry.read_text())

    served = fetched(client, f"/static/bundles/{name}.css").text

    assert listed
    assert "@import" not in served
    for part in listed:
        first = re.search(
            r"^([.:*\w][^{;@*]*) \{$", (entry.parent / part).read_text(), re.MULTILINE
        )
        assert first is None or re.sub(r"\s+", " ", first[1]) in served


def test_a_stylesheet_keeps_its_layers_and_what_is_for_paper(client):
    served = fetched(client, "/static/bundles/core.css").text

    assert served.startswith("@layer reset, tokens, base, components, utilities;")
    assert "@layer reset{" in served
    assert "@media print{@layer utilities{" in served


@pytest.mark.parametrize("name", ["nothing", "vendor", "..", "core.css"])
def test_what_is_no_stylesheet_is_not_found(client, name):
    assert fetched(client, f"/static/bundles/{name}.css").status_code == 404


def test_every_stylesheet_belongs_to_a_bundle_once():
    parts = [path for path in (ROOT / "static").rglob("*.css") if path.parent.name != "vendor"]
    entries = {ROOT / "static" / name / f"{name}.css" for name in BUNDLES}
    listed = [
        (entry.parent / part).resolve()
        for entry in entries
        for part in re.findall(r'url\("([^"]+\.css)"\)', entry.read_text())
    ]

    assert sorted(listed) == sorted(set(parts) - entries)


def test_a_file_asked_for_by_its_content_is_kept_for_ever(client):
    page = fetched(client, "/signin").text
    address = re.search(r'href="(/static/bundles/core\.css\?v=\w+)"', page)[1]

    assert fetched(client, address).headers["Cache-Control"] == FOR_EVER
    assert fetched(client, "/static/bundles/core.css").headers["Cache-Control"] != FOR_EVER


def test_text_is_compressed_for_those_who_take_it(client):
    plain = fetched(client, "/static/bundles/core.css")
    packed = fetched(client, "/static/bundles/core.css", **{"Accept-Encoding": "gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert "Accept-Encoding" in packed.vary
    assert "Content-Encoding" not in plain.headers


def test_the_same_page_is_not_always_of_the_same_length_once_compressed(client):
    lengths = {
        len(fetched(client, "/signin", **{"Accept-Encoding": "gzip"}).data) for _ in range(12)
    }

    assert len(lengths) > 1


def test_what_a_browser_still_has_is_not_sent_again(client):
    first = fetched(client, "/static/bundles/core.css", **{"Accept-Encoding": "gzip"})

    again = fetched(client, "/static/bundles/core.css", **{"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304
    assert again.data == b""


def test_the_stylesheets_of_a_conversation_fit_in_fourteen_kilobytes(client):
    packed = [
        len(fetched(client, f"/static/bundles/{name}.css", **{"Accept-Encoding": "gzip"}).data)
        for name in ("core", "conversations")
    ]

    assert sum(packed) <= 14 * 1024


def test_every_icon_that_a_page_or_a_script_names_is_in_the_sprite():
    sprite = (ROOT / "static" / "vendor" / "icons.svg").read_text()
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    named = set()
    call = re.compile(
        r"""(?:\bicon|\bicon_button|\btile|_symbol|\bempty|\bnote)\(\s*["']([a-z0-9-]+)["']"""
        r"""|icon_name=["']([a-z0-9-]+)["']"""
    )
    scripts = [path for path in (ROOT / "static").rglob("*.js") if "vendor" not in path.parts]
    for file in [*(ROOT / "templates").rglob("*.html"), *scripts]:
        named |= {one or other for one, other in call.findall(file.read_text())}

    assert named - drawn == set()
