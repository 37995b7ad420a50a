"""The picture of the house shows the storeys that import-linter holds."""

import re
import tomllib

from tests.docs.reading import ROOT, text_of


def storeys_drawn():
    picture = re.search(r"```text\n(.*?)```", text_of("house.md"), re.DOTALL)
    assert picture
    storeys = [
        re.split(r"\s{2,}", floor.strip("│ "))[0].split(" · ")
        for floor in picture[1].splitlines()
        if floor.startswith("│ ") and not floor.startswith("│  ")
    ]
    return [sorted(names) for names in storeys]


def storeys_held():
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    app_context = next(each for each in contracts if each["containers"] == ["intranet"])
    return [sorted(re.findall(r"\w+", storey)) for storey in app_context["layers"]]


def test_each_storey_is_drawn_where_it_stands():
    assert storeys_drawn() == storeys_held()


def test_each_package_says_in_a_sentence_what_it_is_for():
    for package in sorted((ROOT / "intranet").rglob("__init__.py")):
        first = package.read_text(encoding="utf-8").split("\n\n")[0]
        assert re.match(r'"""[A-Z“`][^\n]+\."""\s*$', first), package.relative_to(ROOT)


def test_each_package_has_its_row_and_none_is_made_up():
    drawn = {name for storey in storeys_drawn() for name in storey}
    there = {
        path.stem if path.suffix else path.name
        for path in (ROOT / "intranet").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }

    assert drawn == there - {"__init__", "__main__"}
