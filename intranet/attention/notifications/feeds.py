"""A person's publications as an Atom feed, at an address that only they know.

Source: RFC 4287.
"""

from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from intranet.attention.notifications.queries import person_of_feed
from intranet.extensions import db
from intranet.organisation.accounts.letters import agency_name, language_of
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.models import MailContent
from intranet.organisation.agencies.outside_content import allowed
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.i18n import _
from intranet.platform.core.mail import in_language
from intranet.platform.core.web import site_address
from intranet.publishing.publications import queries as publications
from intranet.publishing.publications.announcement_models import Announcement
from intranet.publishing.publications.models import ANNOUNCEMENT, Publication
from intranet.publishing.publications.queries import PublicationItem

ATOM = "http://www.w3.org/2005/Atom"
MAX_ENTRIES = 50

bp = Blueprint("feeds", __name__)


@bp.get("/feeds/<secret>.atom")
def atom(secret: str) -> ResponseReturnValue:
    """Serve a person's Atom feed at its secret address, with no more content than a mail may carry.

    Publications that must stay on the intranet are left out: feed readers store what they fetch.
    """
    person = person_of_feed(secret)
    account = db.session.scalars(select(Account).where(Account.person_id == person.id)).one()
    with in_language(language_of(account)):
        feed = _feed(person, account)
    text = tostring(feed, encoding="unicode", default_namespace=None)
    response = Response(f'<?xml version="1.0" encoding="utf-8"?>\n{text}')
    response.mimetype = "application/atom+xml"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _feed(person: Person, account: Account) -> Element:
    items = publications.latest(
        person,
        kind=ANNOUNCEMENT,
        narrowed=[~Publication.announcement_row.has(Announcement.is_only_here)],
        limit=MAX_ENTRIES,
    )
    newest = max((item.version.published_at for item in items), default=clock.now())
    feed = Element("feed", xmlns=ATOM)
    _say(feed, "title", _("Announcements for me"))
    _say(feed, "id", f"urn:uuid:{person.id}")
    _say(feed, "updated", newest.isoformat())
    for item in items:
        _entry(feed, item, account)
    return feed


def _entry(feed: Element, item: PublicationItem, account: Account) -> None:
    publication, version = item.publication, item.version
    language = language_of(account)
    entry = SubElement(feed, "entry")
    content = allowed(publication.space.agency, account.home_agency)
    title, by = version.title.text(language), publication.post.title.text(language)
    if content == MailContent.NOTHING:
        title, by = _("You have a new announcement"), agency_name(account)
    _say(entry, "title", title)
    _say(entry, "id", f"urn:uuid:{publication.id}")
    _say(entry, "updated", version.published_at.isoformat())
    SubElement(entry, "link", href=site_address(f"/p/{publication.id}"))
    author = SubElement(entry, "author")
    _say(author, "name", by)
    if content == MailContent.TEXT:
        _say(entry, "summary", version.summary.text(language))


def _say(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = "".join(
        char for char in text if char.isprintable() or char in "\n\t"
    )
