"""Write the given names and surnames by which the order of a written name is recognised.

`.venv/bin/python tools/given_names.py FAKER.whl` reads the lists of names in a wheel of Faker
(`pip download --no-deps faker`), without running it, adds the words of `given_names.txt` beside
this file, and writes `intranet/organisation/people/data/{given_names,surnames}.txt`: folded, one
on a line.
"""

import ast
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from intranet.platform.core.text import fold  # noqa: E402

GIVEN_OF = ("es_ES", "es_CA", "pt_PT", "fr_FR", "ga_IE", "en_IE", "it_IT", "de_DE")
SURNAMES_OF = ("es_ES", "pt_PT")
OWN = Path(__file__).with_name("given_names.txt")
DATA = ROOT / "intranet" / "organisation" / "people" / "data"


def lists_in(source: str) -> dict[str, set[str]]:
    """Return the lists of texts that a module assigns in its classes, by their name."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            texts = {
                each.value
                for each in ast.walk(node.value)
                if isinstance(each, ast.Constant) and isinstance(each.value, str)
            }
            found[node.targets[0].id] = texts
    return found


def words_of(texts: Iterable[str]) -> set[str]:
    """Return the folded words of names of one word; compound ones consist of such."""
    return {fold(text) for text in texts if text.isalpha() and len(text) > 1}


def own_words() -> tuple[set[str], set[str]]:
    """Return the given names and surnames of the project's own list."""
    given: set[str] = set()
    surnames: set[str] = set()
    chosen = given
    for line in OWN.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            chosen = surnames if line.startswith("# surnames") else given
        else:
            chosen.update(fold(word) for word in line.split())
    return given, surnames


def main(wheel: str) -> None:
    """Write both lists."""
    given, surnames = own_words()
    with zipfile.ZipFile(wheel) as archive:
        for places, kept, start in (
            (GIVEN_OF, given, "first_names"),
            (SURNAMES_OF, surnames, "last_names"),
        ):
            for place in places:
                path = f"faker/providers/person/{place}/__init__.py"
                for name, texts in lists_in(archive.read(path).decode()).items():
                    if name.startswith(start):
                        kept.update(words_of(texts))
    for name, words in (("given_names", given), ("surnames", surnames)):
        (DATA / f"{name}.txt").write_text("\n".join(sorted(words)) + "\n", encoding="utf-8")
        print(f"{name}: {len(words):,}")


if __name__ == "__main__":
    main(sys.argv[1])
