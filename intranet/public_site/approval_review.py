"""The review before an approval: exactly what the public would read."""

import re
from typing import Any

from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import NotFound
from intranet.public_site import facts
from intranet.public_site.access import approving_posts
from intranet.public_site.kinds import pages_of
from intranet.public_site.labels import fact_words
from intranet.public_site.models import ShowcaseItem
from intranet.public_site.public_content import ShowcasedVersion
from intranet.public_site.public_text import text_of_html
from intranet.public_site.view_models import entry_of
from intranet.publishing.publications import view_models
from intranet.publishing.publications.media import arranged
from intranet.publishing.publications.models import Publication, PublicationVersion
from intranet.publishing.publications.versions import files_of_version, get_version

PERSONAL_DATA = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"  # a mailbox
    r"|(?<![\w])(?:\+?\d[\d .-]{7,14}\d)(?!\w)"  # a telephone
    r"|(?<!\w)[XYZ]?\d{7,8}-?[A-Z](?!\w)"  # the number of an identity card
)
MAX_POINTED_OUT = 20


def review_context(person: Person, publication: Publication, language: str) -> dict[str, Any]:
    """Return the context of the review: the public page as it would be, and warnings.

    Raises:
        NotFound: the publication was never published.
    """
    version = get_version(publication, publication.version)
    if version is None:
        raise NotFound
    seen = ShowcaseItem(
        publication_id=publication.id,
        agency_id=publication.agency_id,
        kind=publication.kind,
        facts=facts.facts_of(publication),
        topics=facts.topics_in(publication),
        approved_at=clock.now(),
    )
    seen.publication = publication
    return {
        "publication": publication,
        "entry": entry_of(ShowcasedVersion(seen, version)),
        "article": _article(publication, version, language),
        "digest": facts.digest(publication),
        "pointed_out": pointed_out(version),
        "fact_words": fact_words(),
        "approving": approving_posts(publication.agency_id),
        "reader": person,
    }


def _article(
    publication: Publication, version: PublicationVersion, language: str
) -> dict[str, Any]:
    files = files_of_version(version)
    article = view_models.article(publication, version, files, language)
    without_facts = pages_of(publication.kind).without_facts
    whole = version.html.get(article["language"], "")
    if (html := without_facts(whole, article["language"])) != whole:
        article["parts"] = arranged(html, files, publication.agency.language)
    return article


def pointed_out(version: PublicationVersion) -> list[str]:
    """Return text that looks like an e-mail address, a telephone or an identity number."""
    said = (text_of_html(html) for html in version.html.values())
    found = (each[0] for text in said for each in PERSONAL_DATA.finditer(text))
    return list(dict.fromkeys(found))[:MAX_POINTED_OUT]
