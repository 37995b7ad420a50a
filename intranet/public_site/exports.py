"""Public content as JSON and as rows of a spreadsheet, safe wherever they are opened."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from intranet.collaboration.initiatives.body import FACTS
from intranet.platform.core.i18n import _
from intranet.platform.core.spreadsheet import BEGINNING, spreadsheet_row
from intranet.platform.core.web import site_address
from intranet.public_site.labels import LICENCE, LICENCE_URL, fact_words
from intranet.public_site.public_content import ShowcasedVersion
from intranet.public_site.public_text import absolute, outward
from intranet.public_site.view_models import ShowcaseEntry, entries_of


def as_json(value: Any) -> str:
    """Return JSON without markup characters, safe even where it is taken for HTML."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def listed(
    shown: Sequence[ShowcasedVersion], uses: Mapping[UUID, int], *, following: str | None
) -> dict[str, Any]:
    """Return a page of public items; `following` is the address of the next.

    Args:
        uses: the number of other agencies that use each.
    """
    return {
        "licence": {"name": LICENCE, "url": LICENCE_URL},
        "items": [
            _item(one, entry) for one, entry in zip(shown, entries_of(shown, uses), strict=True)
        ],
        "next": following,
    }


def lines(shown: Sequence[ShowcasedVersion], uses: Mapping[UUID, int]) -> Iterator[str]:
    """Yield the rows of a spreadsheet, in the reader's language as far as available."""
    yield BEGINNING + spreadsheet_row(
        (
            *("id", _("Type"), _("Address"), _("Administration"), _("Code"), _("Language")),
            *(
                _("Title"),
                _("Summary"),
                _("Topics"),
                _("Contact"),
                _("Published"),
                _("Last changed"),
            ),
            *(_("Stage"), _("Since"), _("Used by"), _("Partners"), _("Figures")),
            *(*fact_words().values(), _("Licence for the texts")),
        )
    )
    for entry in entries_of(shown, uses):
        yield spreadsheet_row(_cells(entry))


def _cells(entry: ShowcaseEntry) -> tuple[str, ...]:
    return (
        *(str(entry.id), entry.kind, entry.url, entry.agency, entry.agency_code, entry.language),
        *(entry.title, entry.summary, ", ".join(name for _code, name in entry.topics)),
        "; ".join(
            f"{contact.post}, {contact.unit}, {contact.agency}" for contact in entry.contacts
        ),
        *(entry.published_at.date().isoformat(), entry.updated_at.date().isoformat()),
        *(entry.stage, entry.stage_on.isoformat() if entry.stage_on else ""),
        *(str(entry.used_by or ""), "; ".join(entry.partners)),
        "; ".join(f"{value} {what}" for value, what in entry.figures),
        *(entry.facts.get(name, "") for name in FACTS),
        LICENCE_URL,
    )


def _item(one: ShowcasedVersion, entry: ShowcaseEntry) -> dict[str, Any]:
    version, ids = one.version, set(one.version.file_ids)
    texts = {
        tag: {
            "title": version.title.get(tag, ""),
            "summary": version.summary.get(tag, ""),
            "html": absolute(outward(version.html.get(tag, ""), ids)),
        }
        for tag in entry.languages
    }
    return {
        "id": str(entry.id),
        "kind": entry.kind,
        "url": entry.url,
        "agency": {
            "code": entry.agency_code,
            "name": entry.agency,
            "url": site_address(entry.agency_path),
        },
        "texts": texts,
        "topics": [{"code": code, "name": name} for code, name in entry.topics],
        "contacts": [vars(each) for each in entry.contacts],
        "stage": entry.stage or None,
        "stage_on": entry.stage_on.isoformat() if entry.stage_on else None,
        "used_by": entry.used_by,
        "partners": list(entry.partners),
        "figures": [{"value": value, "what": what} for value, what in entry.figures],
        **{name: entry.facts.get(name) for name in FACTS},
        "published_at": entry.published_at.isoformat(),
        "updated_at": entry.updated_at.isoformat(),
        "text_licence": LICENCE_URL,
    }
