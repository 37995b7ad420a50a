"""Searches on the public site: read from an address, run on the index."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from intranet.config import LANGUAGES
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.words import function_names
from intranet.platform.core.errors import NotFound
from intranet.platform.core.parsing import MAX_INTEGER, printable
from intranet.platform.core.text import fold
from intranet.platform.index import tags
from intranet.platform.index.expressions import All, Tag, in_any_number
from intranet.platform.index.models import DocumentKind
from intranet.public_site import door
from intranet.public_site.door import ShowcasedVersion
from intranet.public_site.models import KINDS
from intranet.public_site.words import stage_words

PAGE_SIZE = 20
QUERY_CHARACTERS = 80
MAX_WORDS = 8


@dataclass(frozen=True)
class ShowcaseFilters:
    """The filters of the public catalogue; invalid values are left out."""

    query: str = ""
    agency: Agency | None = None
    kind: str = ""
    stage: str = ""
    topic: str = ""
    language: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether the catalogue is filtered."""
        return bool(self.query) or self.narrows

    @property
    def narrows(self) -> bool:
        """Whether the catalogue is filtered by more than words."""
        return any((self.agency, self.kind, self.stage, self.topic, self.language))

    def as_query(self, **more: str) -> str:
        """Return the filters as a query string."""
        named = {
            "q": self.query,
            "agency": self.agency.code if self.agency else "",
            "kind": self.kind,
            "stage": self.stage,
            "topic": self.topic,
            "in": self.language,
            **more,
        }
        return urlencode({name: value for name, value in named.items() if value})


def read_asked(sent: Mapping[str, str]) -> ShowcaseFilters:
    """Read the filters of the catalogue from an address."""
    code = printable(sent.get("agency", ""), 40)
    return ShowcaseFilters(
        query=printable(sent.get("q", ""), QUERY_CHARACTERS),
        agency=_agency(code) if code else None,
        kind=_one_of(sent.get("kind", ""), KINDS),
        stage=_one_of(sent.get("stage", ""), stage_words()),
        topic=_one_of(sent.get("topic", ""), function_names()),
        language=_one_of(sent.get("in", ""), LANGUAGES),
    )


def found(asked: ShowcaseFilters, before: int | None) -> tuple[list[ShowcasedVersion], int | None]:
    """Return a page of matches, the newest first, and the cursor of the next page."""
    words = fold(asked.query).split()[:MAX_WORDS]
    parts = [Tag(tags.kind(DocumentKind.OPEN))]
    if asked.agency:
        parts.append(Tag(tags.agency(asked.agency.id)))
    if asked.kind:
        parts.append(Tag(tags.publication_kind(asked.kind)))
    if asked.stage:
        parts.append(Tag(tags.stage(asked.stage)))
    if asked.topic:
        parts.append(Tag(tags.function(asked.topic)))
    if asked.language:
        parts.append(Tag(tags.language(asked.language)))
    expression = All(*parts, *(in_any_number(word) for word in words))
    return door.found(expression, before=before, limit=PAGE_SIZE)


def read_place(text: str) -> int | None:
    """Return the cursor in an address, or None where it is invalid."""
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > len(str(MAX_INTEGER)) + 1:
        return None
    return int(text)


def _agency(code: str) -> Agency:
    """Return the agency with a code.

    Raises:
        NotFound, Paused: the agency shows nothing.
    """
    if not code.isprintable():
        raise NotFound
    return door.get_agency(code)[0]


def _one_of(text: str, known: Collection[str]) -> str:
    return text if text in known else ""
