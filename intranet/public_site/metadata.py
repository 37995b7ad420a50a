"""Metadata of public content: schema.org for a page, DCAT-AP for the whole dataset.

Source: schema.org GovernmentOrganization, Article, CreativeWork · DCAT-AP 3.
"""

from typing import Any

from intranet.organisation.agencies.models import Agency
from intranet.platform.core.i18n import _
from intranet.platform.core.web import current_language, site_address
from intranet.public_site.kinds import pages_of
from intranet.public_site.labels import LICENCE_URL
from intranet.public_site.view_models import ShowcaseEntry

FORMATS = (
    ("application/atom+xml", "ATOM", "/open/feed.atom"),
    ("application/json", "JSON", "/open/initiatives.json"),
    ("application/json", "JSON", "/open/articles.json"),
    ("text/csv", "CSV", "/open/initiatives.csv"),
    ("text/csv", "CSV", "/open/articles.csv"),
)
FILE_TYPES = "http://publications.europa.eu/resource/authority/file-type/"
LANGUAGE_CODES = {"es": "SPA", "ca": "CAT", "gl": "GLG", "eu": "EUS", "en": "ENG"}
LANGUAGES_AT = "http://publications.europa.eu/resource/authority/language/"


def described_thing(entry: ShowcaseEntry) -> dict[str, Any]:
    """Return an initiative or an article as JSON-LD for search engines."""
    by = {
        "@type": "GovernmentOrganization",
        "name": entry.agency,
        "url": site_address(entry.agency_path),
    }
    return {
        "@context": "https://schema.org",
        "@type": pages_of(entry.kind).schema_type,
        "@id": entry.url,
        "url": entry.url_in(entry.language),
        "name": entry.title,
        "headline": entry.title,
        "abstract": entry.summary,
        "inLanguage": entry.language,
        "datePublished": entry.published_at.isoformat(),
        "dateModified": entry.updated_at.isoformat(),
        "author": by,
        "publisher": by,
        "license": LICENCE_URL,
        "isAccessibleForFree": True,
        **({"keywords": [name for _code, name in entry.topics]} if entry.topics else {}),
        **({"creativeWorkStatus": entry.stage_word} if entry.stage_word else {}),
    }


def described_dataset(agency: Agency | None = None) -> dict[str, Any]:
    """Return all public content, or an agency's, as a dataset with its distributions."""
    name = agency.name.text(current_language(), agency.language) if agency else ""
    here = site_address(f"/open/{agency.code}" if agency else "/open")
    title = _("Published by %(agency)s", agency=name) if name else _("Published by administrations")
    asked = f"?agency={agency.code}" if agency else ""
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
        },
        "@id": f"{here}#dataset",
        "@type": "dcat:Dataset",
        "dct:title": {"@value": title, "@language": current_language()},
        "dct:description": {
            "@value": _("Initiatives and articles published by public administrations."),
            "@language": current_language(),
        },
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": name or title},
        "dct:language": [{"@id": f"{LANGUAGES_AT}{code}"} for code in LANGUAGE_CODES.values()],
        "dct:accrualPeriodicity": {
            "@id": "http://publications.europa.eu/resource/authority/frequency/CONT"
        },
        "dct:license": {"@id": LICENCE_URL},
        "dcat:landingPage": {"@id": here},
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dct:title": f"{path.rsplit('/', 1)[1]}",
                "dcat:accessURL": {"@id": site_address(path + asked)},
                "dcat:downloadURL": {"@id": site_address(path + asked)},
                "dcat:mediaType": {
                    "@id": f"https://www.iana.org/assignments/media-types/{media_type}"
                },
                "dct:format": {"@id": f"{FILE_TYPES}{short}"},
                "dct:license": {"@id": LICENCE_URL},
            }
            for media_type, short, path in FORMATS
        ],
    }
