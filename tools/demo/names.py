"""Invented names of people in each language, and their e-mail addresses."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from tools.demo import chance
from tools.demo.files import read

TWO_SURNAMES = frozenset({"es", "gl", "ca", "eu"})


@dataclass(frozen=True, slots=True)
class Name:
    """A full name, and its parts for the e-mail address."""

    full: str
    given: str
    surname: str


def name_for(language: str, *about: object) -> Name:
    """Return a name of a language; `xx` is a name of another origin."""
    pool: dict[str, Any] = read(f"names/{language}.toml")
    if "origin" in pool:
        pool = chance.pick(pool["origin"], "origin", *about)
    given = chance.pick(
        chance.pick((pool["women"], pool["men"]), "gender", *about), "given", *about
    )
    first = chance.pick(pool["surnames"], "first", *about)
    second = chance.pick(pool["surnames"], "second", *about)
    if language not in TWO_SURNAMES and not pool.get("two_surnames"):
        return Name(f"{given} {first}", given, first)
    link = " i " if language == "ca" and chance.number(2, "link", *about) else " "
    return Name(f"{given} {first}{link}{second}", given, first)


def named(full: str) -> Name:
    """Parse a full name: one given name, then surnames."""
    given, surname = full.split()[:2]
    return Name(full, given, surname)


def mailbox(name: Name) -> str:
    """Return the local part of an address: only ASCII letters, and a dot in between."""
    return f"{_letters(name.given)}.{_letters(name.surname)}"


def _letters(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate({0xAA: "a", 0x142: "l"}))
    return re.sub(r"[^a-z]", "", decomposed)
