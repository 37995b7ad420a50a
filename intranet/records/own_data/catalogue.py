"""One list: how the file of own data and erasure treat each table.

The list is `data/columns.toml`, so that people who do not program can read it. A test compares it
with `docs/personal-data.md` and with the tables: each column with personal data is decided.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from flask_babel.speaklater import LazyString

from intranet.platform.core.i18n import _l


class ErasureFate(StrEnum):
    """The fate of the rows of a table when a person is erased."""

    DELETED = "deleted"
    PSEUDONYM = "pseudonym"
    REWRITTEN = "rewritten"
    POST = "post"
    PROOF = "proof"
    COUNT = "count"
    SHORT = "short"
    HELD = "held"
    """It stays as it was until the legal hold ends, and goes with it."""


@dataclass(frozen=True)
class CatalogueEntry:
    """A table with personal data.

    Attributes:
        part: the part of the file in which its rows stand; None if nothing of it is given.
        mine: the columns that lead to the person, by whatever they point to.
        gives: the columns that are given.
        keeps_back: the columns that are not, by the reason, a key of `REASONS`.
    """

    table: str
    erasure: ErasureFate
    part: str | None
    mine: tuple[str, ...]
    gives: tuple[str, ...]
    keeps_back: Mapping[str, tuple[str, ...]]


@cache
def catalogue() -> Mapping[str, CatalogueEntry]:
    """Return the entries by the name of their table."""
    source = files(__package__).joinpath("data/columns.toml").read_text("utf-8")
    return {
        table: CatalogueEntry(
            table,
            ErasureFate(told["erasure"]),
            told.get("part"),
            tuple(told.get("mine", ())),
            tuple(told.get("gives", ())),
            {reason: tuple(names) for reason, names in told.get("keeps_back", {}).items()},
        )
        for table, told in tomllib.loads(source).items()
    }


PARTS: Mapping[str, LazyString] = {
    "profile": _l("Profile"),
    "posts": _l("Posts, absences and spaces"),
    "sign_in": _l("Account, devices and ways to sign in"),
    "messages": _l("Messages written"),
    "talks": _l("Direct messages"),
    "drafts": _l("Drafts and scheduled messages"),
    "saved": _l("Saved messages, kept posts and opinions"),
    "told": _l("Notifications"),
    "choices": _l("Choices and read positions"),
    "announced": _l("Announcements received and confirmed"),
    "publications": _l("Publications and answers"),
    "participation": _l("Reactions, votes and taking part"),
    "moderation": _l("Reports and decisions of moderation"),
    "acts": _l("Acts for the agency"),
    "files": _l("Files"),
    "log": _l("Audit log entries"),
}
"""The parts of the file, in this order."""

REASONS: Mapping[str, LazyString] = {
    "secret": _l("Secrets and their hashes: with them, someone could sign in as you."),
    "derived": _l("Worked out from other data that is here, for searching and sorting."),
    "internal": _l("Numbers by which the program finds its way; they say nothing of you."),
    "others": _l("The acts of other people. Their rights limit yours (GDPR, article 15.4)."),
    "agency": _l("Records of the agency, which may concern many people. Ask the agency for them."),
}
"""Why a column is not in the file."""
