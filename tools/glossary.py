"""Check the texts of the interface against `intranet/translations/glossary.toml`.

    .venv/bin/python tools/glossary.py           # what `intranet check` runs
    .venv/bin/python tools/glossary.py update    # remove mended texts from debts.txt

`debts.txt` lists texts that broke a rule before the rule existed. The list only gets shorter.
"""

import argparse
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools import catalogues

GLOSSARY = catalogues.FOLDER / "glossary.toml"
DEBTS = catalogues.FOLDER / "debts.txt"
OTHERS = ("es", "ca", "gl", "eu")
LONGEST_SENTENCE_WORDS = 20
SENTENCES = re.compile(r"(?<=[.!?:])[”»\")]*\s+")
STATEMENT = re.compile(r"[“«(]?(Who|What|Whoever|Whatever)\b")
ENGLISH = re.compile(
    r"(?<![\w/.@-])(the|and|of|with|who|what|you|your|this|that|is|which|when|from|have|channel)"
    r"(?![\w/@-])",
    re.IGNORECASE,
)
"""English words that do not exist in any of the other four languages."""
RAW_KEY = re.compile(r"(?<![\w/.@-])(?:[a-z]+_[a-z_]+|[a-z]{3,}\.[a-z]+_[a-z_]+)")
"""A name from the code, such as `sign_in.displace` or `given_name`."""
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


@dataclass(frozen=True)
class Term:
    """A term to avoid in a language, and what to write instead."""

    pattern: re.Pattern[str]
    write: str
    exceptions: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Glossary:
    """The terms to avoid in each language, and the texts that are exempt from each rule."""

    terms: dict[str, list[Term]] = field(default_factory=dict)
    exceptions: dict[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, order=True)
class Breach:
    """A text that breaks a rule."""

    language: str
    rule: str
    text: str
    advice: str = field(default="", compare=False)

    def __str__(self) -> str:
        """Return the breach as `debts.txt` lists it: its language, rule and text."""
        return f"{self.language} {self.rule} {self.text}"


def glossary() -> Glossary:
    """Read the glossary."""
    read: dict[str, Any] = tomllib.loads(GLOSSARY.read_text(encoding="utf-8"))
    terms: dict[str, list[Term]] = {}
    for entry in read.get("never", []):
        pattern = re.compile(rf"(?<!\w)(?:{entry['words']})(?!\w)", re.IGNORECASE)
        term = Term(pattern, entry["write"], frozenset(entry.get("except", [])))
        terms.setdefault(entry["language"], []).append(term)
    passing = {rule: frozenset(texts) for rule, texts in read.get("except", {}).items()}
    return Glossary(terms, passing)


def english_breaches(text: str, rules: Glossary) -> Iterator[Breach]:
    """Check a text of the source: its first words, the length of its sentences, its terms."""
    sentences = SENTENCES.split(text)
    for sentence in sentences:
        is_question = "?" in sentence
        if STATEMENT.match(sentence) and not is_question:
            yield Breach("en", "statement", text, "begins with Who or What and asks nothing")
            break
    longest = max(len(sentence.split()) for sentence in sentences)
    if longest > LONGEST_SENTENCE_WORDS:
        advice = f"a sentence of {longest} words; {LONGEST_SENTENCE_WORDS} are the most"
        yield Breach("en", "long", text, advice)
    yield from _terms("en", text, text, rules)


def breaches_in(language: str, text: str, translation: str, rules: Glossary) -> Iterator[Breach]:
    """Check a translation: its terms, English left in it, names of the code."""
    bare = PLACEHOLDER.sub(" ", translation)
    if found := ENGLISH.search(bare):
        yield Breach(language, "english", text, f"“{found[0]}” is English")
    if found := RAW_KEY.search(bare):
        yield Breach(language, "key", text, f"“{found[0]}” is a name of the code")
    yield from _terms(language, text, translation, rules)


def _terms(language: str, text: str, said: str, rules: Glossary) -> Iterator[Breach]:
    bare = PLACEHOLDER.sub(" ", said)
    for term in rules.terms.get(language, []):
        if text not in term.exceptions and (found := term.pattern.search(bare)):
            yield Breach(language, "term", text, f"“{found[0]}”: write {term.write}")


def breaches() -> list[Breach]:
    """Check every text and every translation; each breach is reported once."""
    rules = glossary()
    found: dict[Breach, None] = {}
    for message in catalogues.extracted():
        if message.id:
            for text in catalogues.forms(message.id):
                found |= dict.fromkeys(english_breaches(text, rules))
    for language in OTHERS:
        for message in catalogues.read(language):
            if not message.id:
                continue
            text = catalogues.forms(message.id)[0]
            for translation in catalogues.forms(message.string):
                found |= dict.fromkeys(breaches_in(language, text, translation, rules))
    return sorted(
        breach for breach in found if breach.text not in rules.exceptions.get(breach.rule, ())
    )


def debts() -> set[str]:
    """Return the lines of `debts.txt`: the breaches that are older than their rule."""
    lines = DEBTS.read_text(encoding="utf-8").splitlines() if DEBTS.exists() else []
    return {line for line in lines if line and not line.startswith("#")}


def drop_paid_debts() -> None:
    """Remove texts that are gone or mended from `debts.txt`."""
    if not DEBTS.exists():
        return
    left = debts() & {_line(breach) for breach in breaches()}
    head = [line for line in DEBTS.read_text(encoding="utf-8").splitlines() if line[:1] == "#"]
    DEBTS.write_text("\n".join([*head, *sorted(left)]) + "\n", encoding="utf-8")
    print(f"{len(left)} texts still break a rule of the glossary")


def faults() -> Iterator[str]:
    """Yield each new breach, and each entry of `debts.txt` that is no longer a breach."""
    owed = debts()
    found = {_line(breach): breach for breach in breaches()}
    for line, breach in found.items():
        if line not in owed:
            yield f"{breach.language}: {breach.advice}: {breach.text!r}"
    for line in sorted(owed - set(found)):
        yield f"paid: run tools/glossary.py update to drop {line!r} from {DEBTS.name}"


def _line(breach: Breach) -> str:
    return str(breach).replace("\n", "\\n")


def main() -> int:
    """Run the command; return 1 if the check found a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["update", "check"], nargs="?", default="check")
    if parser.parse_args().command == "update":
        drop_paid_debts()
        return 0
    found = list(faults())
    print("\n".join(found) if found else f"the glossary is kept, but for {len(debts())} debts")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
