"""Scripts put together: what runs, in which order, and that there is one of each module."""

import re
from pathlib import Path

import pytest

from intranet.platform.core import js_modules
from intranet.platform.core.js_modules import ENTRIES, Module, scripts

STATIC = Path(__file__).parents[3] / "static"
LEAST = {
    **dict.fromkeys(ENTRIES.values(), "const here = 1;\n"),
    "platform/core/core.js": 'import "./keys.js";\n',
    "platform/core/keys.js": "export const KEYS = 1;\n",
}


@pytest.fixture
def together(tmp_path):
    """Put a few files, by path, together with the least that there is."""

    def put(files):
        for path, text in {**LEAST, **files}.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        return scripts(tmp_path, str(files))

    return put


def test_every_module_that_a_page_runs_is_in_one_file_once():
    made = scripts(STATIC, "now")

    for path in made.homes:
        whole = "".join(made.files.values())
        assert whole.count(f'held["{path}"] = (() => {{') == 1, path
    assert set(ENTRIES.values()) <= made.homes.keys()
    assert [path for path in made.homes if path.startswith("vendor/")] == []


def test_a_module_runs_after_what_it_imports_and_gets_it_by_name(together):
    text = 'import {\n  one,\n  two as other,\n} from "./b.js";\nother(one);\n'
    made = together(
        {"platform/core/core.js": text, "platform/core/b.js": "export function two() {}\n"}
    )

    first, second = re.findall(r'held\["platform/core/(\w+)\.js"\] =', made.files["core"])
    assert (first, second) == ("b", "core")
    assert 'const { one, two: other } = held["platform/core/b.js"];' in made.files["core"]
    assert "return { two };" in made.files["core"]


def test_a_module_of_an_earlier_file_comes_from_there(together):
    text = 'import { KEYS } from "../../platform/core/keys.js";\n'
    made = together({"messaging/conversations/everywhere.js": text})

    assert 'import { held as core } from "./core.js";' in made.files["everywhere"]
    assert 'const { KEYS } = core["platform/core/keys.js"];' in made.files["everywhere"]
    assert "KEYS = 1" not in made.files["everywhere"]


def test_what_others_wrote_stays_a_file_of_its_own(together):
    made = together(
        {"platform/core/core.js": 'import { io } from "../../vendor/socket.js";\nio();\n'}
    )

    assert made.files["core"].startswith('import * as other0 from "../vendor/socket.js";\n')
    assert "const { io } = other0;" in made.files["core"]


def test_a_module_that_is_loaded_later_gets_the_one_that_runs(together):
    made = together({})

    assert made.stands_for("platform/core/keys.js") == (
        'import { held } from "../../bundles/core.js";\n'
        'export const { KEYS } = held["platform/core/keys.js"];\n'
    )
    assert made.stands_for("messaging/messages/later.js") is None


def test_addresses_are_right_from_where_the_whole_lies(together):
    text = 'const later = () => import("./b.js");\nconst url = new URL("x", import.meta.url);\n'

    file = together({"platform/core/core.js": text}).files["core"]

    assert 'import("../platform/core/b.js")' in file
    assert 'new URL("x", new URL("../platform/core/core.js", import.meta.url).href)' in file


def test_what_is_for_people_only_is_left_out_but_no_text_is_touched(together):
    text = "/** Why.\n * So. */\n  // Because.\nconst a = `// kept /* too */`; // end\n"
    long = "const b = `one\n  // two\n`;\n"

    made = together(
        {"platform/core/core.js": text, "messaging/messages/conversation-page.js": long}
    )

    assert "Why" not in made.files["core"]
    assert "Because" not in made.files["core"]
    assert "const a = `// kept /* too */`; // end" in made.files["core"]
    assert long in made.files["conversation"]


@pytest.mark.parametrize(
    "text",
    [
        "export default 1;\n",
        "export let count = 0;\n",
        'export { a } from "./keys.js";\n',
        'import keys from "./keys.js";\n',
        'import * as keys from "./keys.js";\n',
        "await 1;\n",
        'import "./core.js";\n',
    ],
)
def test_what_is_not_understood_is_refused(together, text):
    with pytest.raises(ValueError, match=r"core/core\.js"):
        together({"platform/core/core.js": text})


def test_a_name_that_is_imported_is_exported():
    """A browser says so itself where modules are served one by one."""
    missing = []
    for path in scripts(STATIC, "now").homes:
        module = Module(path, (STATIC / path).read_text())
        for other, names in module.imports:
            if other.startswith(js_modules.OTHERS):
                continue
            given = Module(other, (STATIC / other).read_text()).exports
            wanted = re.findall(r"(\w+)(?: as \w+)?\s*(?:,|$)", names)
            missing += [(path, name) for name in wanted if name not in given]
    assert missing == []


def test_pages_name_the_files_and_in_debugging_what_they_are_made_of(app, client):
    files = r'<script type="module" src="/static/@\w+/([^"]+)"'

    def named():
        return set(re.findall(files, client.get("/signin").text))

    own = "organisation/accounts/pass-key.js"
    assert named() == {"bundles/core.js", own}
    app.debug = True
    assert named() == {"platform/core/core.js", own}


def test_a_file_is_served_as_it_is_written_where_no_version_is_named(client):
    with client.get("/static/platform/core/keys.js") as answer:
        assert answer.data == (STATIC / "platform" / "core" / "keys.js").read_bytes()
