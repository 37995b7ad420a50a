import gzip
import re
from pathlib import Path

import pytest

from intranet.platform.core import assets

ROOT = Path(__file__).parents[3]
ENTRIES = {p.stem: p for p in (ROOT / "static").rglob("*.css") if p.stem == p.parent.name}
BUNDLES = sorted(ENTRIES)
FOR_EVER = "public, max-age=31536000, immutable"


@pytest.fixture
def version(client):
    """The address under which this page's files lie."""
    return re.findall(r"/static/@\w+", client.get("/signin").text)[0]


def fetched(client, path, **headers):
    with client.get(path, headers=headers) as answer:
        answer.get_data()
        return answer


@pytest.mark.parametrize("name", BUNDLES)
def test_a_stylesheet_is_served_as_one_file_with_everything_it_lists(client, version, name):
    entry = ENTRIES[name]
    listed = re.findall(r'url\("([^"]+\.css)"\)', entry.read_text())

    served = fetched(client, f"{version}/bundles/{name}.css").text

    assert listed
    assert "@import" not in served
    for part in listed:
        first = re.search(
            r"^([.:*\w][^{;@*]*) \{$", (entry.parent / part).read_text(), re.MULTILINE
        )
        assert (
            first is None
            or re.sub(r"\s+", " ", first[1]).replace(", ", ",").replace(" > ", ">") in served
        )


def test_a_stylesheet_keeps_its_layers(client, version):
    served = fetched(client, f"{version}/bundles/core.css").text

    assert served.startswith("@layer reset,tokens,base,components,utilities;")
    assert "@layer reset{" in served


def test_what_is_for_paper_comes_by_itself_in_the_same_layer(client, version):
    page = fetched(client, "/signin").text

    assert f'href="{version}/bundles/print.css" media="print"' in " ".join(page.split())
    assert "@layer utilities{@page" in fetched(client, f"{version}/bundles/print.css").text


@pytest.mark.parametrize("kind", ["css", "js"])
@pytest.mark.parametrize("name", ["nothing", "vendor", "..", "core.css"])
def test_what_is_not_put_together_is_not_found(client, version, name, kind):
    assert fetched(client, f"{version}/bundles/{name}.{kind}").status_code == 404


def test_every_stylesheet_belongs_to_a_bundle_once():
    parts = [path for path in (ROOT / "static").rglob("*.css") if path.parent.name != "vendor"]
    alone = ROOT / "static/delivery/push/offline.css"  # there is no server then to put it together
    entries = set(ENTRIES.values())
    listed = [
        (entry.parent / part).resolve()
        for entry in entries
        for part in re.findall(r'url\("([^"]+\.css)"\)', entry.read_text())
        # Pages of the open web have this one bundle and no other, so it borrows.
        if not (entry.parent.name == "public_site" and part.startswith("../"))
    ]

    assert sorted(listed) == sorted({*parts} - entries - {alone})


def test_a_file_asked_for_by_its_content_is_kept_for_ever(client, version):
    for path in (
        "bundles/core.css",
        "bundles/core.js",
        "platform/core/core.js",
        "vendor/icons.svg",
    ):
        assert fetched(client, f"{version}/{path}").headers["Cache-Control"] == FOR_EVER


def test_a_page_from_before_an_update_gets_the_present_files_for_this_time(client):
    old = fetched(client, "/static/@000000000000/platform/core/core.js")

    assert old.status_code == 200
    assert old.headers["Cache-Control"] == "no-cache"


def test_another_content_has_another_address(app, tmp_path):
    copy = tmp_path / "static"
    (copy / "platform" / "core").mkdir(parents=True)
    (copy / "platform" / "core" / "core.css").write_text("a { color: red }")
    app.static_folder = str(copy)
    app.debug = True
    with app.app_context():
        before = assets.asset("platform/core/core.css")
    (copy / "platform" / "core" / "core.css").write_text("a { color: blue }")
    with app.app_context():
        assert assets.asset("platform/core/core.css") != before


def test_everything_a_page_loads_is_of_one_version(client, version):
    page = client.get("/signin").text
    loaded = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)

    assert len(loaded) > 3
    assert [path for path in loaded if not path.startswith(f"{version}/")] == []


def test_modules_and_stylesheets_name_each_other_by_relative_addresses():
    absolute = re.compile(r"""(?:from|import|url)\s*\(?["\']/""")
    files = [p for p in (ROOT / "static").rglob("*.*") if p.suffix in {".js", ".css"}]

    assert [
        p.name for p in files if "vendor" not in p.parts and absolute.search(p.read_text())
    ] == []


def test_text_is_compressed_for_those_who_take_it(client, version):
    plain = fetched(client, f"{version}/bundles/core.css")
    packed = fetched(client, f"{version}/bundles/core.css", **{"Accept-Encoding": "gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert "Accept-Encoding" in packed.vary
    assert "Content-Encoding" not in plain.headers


def test_the_same_page_is_not_always_of_the_same_length_once_compressed(client):
    lengths = {
        len(fetched(client, "/signin", **{"Accept-Encoding": "gzip"}).data) for _ in range(12)
    }

    assert len(lengths) > 1


def test_what_a_browser_still_has_is_not_sent_again(client, version):
    first = fetched(client, f"{version}/bundles/core.css", **{"Accept-Encoding": "gzip"})

    again = fetched(
        client, f"{version}/bundles/core.css", **{"If-None-Match": first.headers["ETag"]}
    )

    assert again.status_code == 304
    assert again.data == b""


def test_the_stylesheets_of_a_conversation_fit_in_sixteen_kilobytes(client, version):
    """Two of them come out of the first page's margin; the page as a whole keeps its 150."""
    packed = [
        len(fetched(client, f"{version}/bundles/{name}.css", **{"Accept-Encoding": "gzip"}).data)
        for name in ("core", "conversations")
    ]

    assert sum(packed) <= 16 * 1024


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
