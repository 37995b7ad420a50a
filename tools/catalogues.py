"""Update the translation catalogues of the five languages, and check that they are complete.

    .venv/bin/python tools/catalogues.py update    # after changing a text in code or templates
    .venv/bin/python tools/catalogues.py check     # what `intranet check` runs

Texts are written in English in the code. `update` fills in the English catalogue, except for
plurals and for texts that were given another wording. `tools/glossary.py` checks the wording.
"""

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "intranet" / "translations"
LANGUAGES = ("es", "ca", "gl", "eu", "en")
SAME = FOLDER / "same.txt"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "_l": None,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
    "_by": (1, 2),  # a pair of texts in `notifications/sentences.py`
}
SOURCES = (
    (ROOT / "intranet", [("**.py", "python")]),
    (ROOT / "templates", [("**.html", "jinja2"), ("**.txt", "jinja2")]),
)
# Catalogues say when they were written; ours are in git, which says it better.
NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)


def extracted() -> Catalog:
    """Return every text in the code and the templates, with the file it is in."""
    catalogue = Catalog(fuzzy=False)
    for folder, methods in SOURCES:
        found = extract_from_dir(
            folder,
            method_map=methods,
            options_map={"**": {"silent": "false", "trimmed": "true"}},
            keywords=KEYWORDS,
            comment_tags=("Translators:",),
            strip_comment_tags=True,
        )
        for name, _line, message, comments, context in found:
            place = (str(folder.relative_to(ROOT) / name), 0)
            catalogue.add(message, locations=[place], auto_comments=comments, context=context)
    return catalogue


def path_of(language: str) -> Path:
    """Return the path of the catalogue of a language."""
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def read(language: str) -> Catalog:
    """Return the catalogue of a language; an empty one if there is no file."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update() -> None:
    """Add new texts to each catalogue, and remove texts that are no longer used."""
    template = extracted()
    for language in LANGUAGES:
        catalogue = read(language)
        catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        catalogue.creation_date = catalogue.revision_date = NO_DATE
        catalogue.fuzzy = False
        catalogue.project, catalogue.version = "intranet", "1"
        catalogue.last_translator, catalogue.language_team = "Intranet", language
        catalogue.msgid_bugs_address = ""
        catalogue.header_comment = f"# The words of Intranet: {language}."
        if language == "en":
            for message in _messages(catalogue):
                message.string = message.string if _is_whole(message) else message.id
        path_of(language).parent.mkdir(parents=True, exist_ok=True)
        with path_of(language).open("wb") as file:
            write_po(file, catalogue, width=98, sort_output=True, include_lineno=False)
        missing = sum(not _is_whole(message) for message in _messages(catalogue))
        print(f"{language}: {len(catalogue)} texts, {missing} without a translation")


def faults() -> Iterator[str]:
    """Yield a line for each fault in the catalogues."""
    template = extracted()
    wanted = {(message.id, message.context) for message in _messages(template)}
    same = _allowed_to_be_same()
    for language in LANGUAGES:
        if not path_of(language).exists():
            yield f"{language}: there is no catalogue; run tools/catalogues.py update"
            continue
        catalogue = read(language)
        present = {(message.id, message.context) for message in _messages(catalogue)}
        for text, _context in sorted(wanted - present, key=str):
            yield f"{language}: not in the catalogue: {text!r}"
        for text, _context in sorted(present - wanted, key=str):
            yield f"{language}: no longer used: {text!r}"
        for message in _messages(catalogue):
            for fault in _faults_of(message, language, same):
                yield f"{language}: {fault}: {message.id!r}"


def _faults_of(message: Message, language: str, same: set[tuple[str, str]]) -> Iterator[str]:
    if message.fuzzy:
        yield "fuzzy"
    if not _is_whole(message):
        yield "not translated"
        return
    texts = forms(message.id)
    singular = texts[0]
    if (
        language != "en"
        and singular in forms(message.string)
        and not {(language, singular), ("*", singular)} & same
        and re.search(r"[^\W\d_]", PLACEHOLDER.sub("", singular))
    ):
        yield "the translation is the English text (if it may be, name it in same.txt)"
    allowed = set().union(*map(_placeholders, texts))
    for translation in forms(message.string):
        if strange := _placeholders(translation) - allowed:
            yield f"a placeholder that the text does not have, {' '.join(sorted(strange))}"
    needed = _placeholders(texts[-1])
    if missing := needed - _placeholders(forms(message.string)[-1]):
        yield f"the translation lacks {' '.join(sorted(missing))}"


def _allowed_to_be_same() -> set[tuple[str, str]]:
    """Return the pairs of language (or `*`) and text in same.txt, such as `gl Documento`."""
    if not SAME.exists():
        return set()
    lines = [line for line in SAME.read_text(encoding="utf-8").splitlines() if line.strip()]
    pairs = (line.split(" ", 1) for line in lines if not line.startswith("#"))
    return {(language, text.strip()) for language, text in pairs}


def _messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def _is_whole(message: Message) -> bool:
    return all(forms(message.string)) and bool(message.string)


def forms(value: str | list[str] | tuple[str, ...] | None) -> list[str]:
    """Return a text's forms: one, or singular and plural."""
    return [value] if isinstance(value, str) else list(value or ())


def _placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text)) - {"%%"}


def main() -> int:
    """Run the command; return 1 if the check found a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["update", "check"])
    if parser.parse_args().command == "update":
        update()
        glossary = [sys.executable, str(ROOT / "tools" / "glossary.py"), "update"]
        subprocess.run(glossary, check=True)
        return 0
    found = list(faults())
    print("\n".join(found) if found else f"{', '.join(LANGUAGES)}: whole")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
