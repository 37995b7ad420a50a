"""The public site of the story: publications shown there, and profiles of agencies."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from intranet.collaboration.initiatives.models import INITIATIVE
from intranet.extensions import db
from intranet.organisation.agencies.models import Administration, Agency
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.speakers import speakers_of
from intranet.platform.core import clock
from intranet.public_site import facts
from intranet.public_site.access import approver_ids
from intranet.public_site.operations.describing import describe
from intranet.public_site.operations.showing import approve, propose
from intranet.publishing.publications.models import Publication
from tools.demo.files import read
from tools.demo.settling import LoadedStory


def show(articles: Mapping[str, Publication], settled: LoadedStory) -> None:
    """Propose and approve publications for the public site, and describe the agencies.

    Args:
        articles: the published articles, by their keys.
    """
    said = read("showcase.toml")
    for key, texts in said["profiles"].items():
        agency = settled.agencies[key]
        describe(_administrator(agency), agency, texts, version=0)
    for one in said["shown"]:
        publication = _found(one, articles, settled)
        _propose(publication, settled.calendar.instant(one["proposed_at"]))
        with clock.freeze(settled.calendar.instant(one["approved_at"])):
            approver = db.session.get_one(Person, min(approver_ids(publication.agency_id)))
            approve(approver, publication, digest=facts.digest(publication))
    for one in said["proposed"]:
        publication = _found(one, articles, settled)
        _propose(publication, settled.calendar.instant(one["proposed_at"]))


def _found(
    one: Mapping[str, str], articles: Mapping[str, Publication], settled: LoadedStory
) -> Publication:
    if "article" in one:
        return articles[one["article"]]
    author = settled.people[one["initiative_of"]]
    asked = select(Publication).where(
        Publication.kind == INITIATIVE, Publication.created_by_id == author.id
    )
    return db.session.scalars(asked.order_by(Publication.id).limit(1)).one()


def _propose(publication: Publication, at: datetime) -> None:
    with clock.freeze(at):
        speakers = db.session.scalars(speakers_of(publication.post_id, at))
        propose(db.session.get_one(Person, min(speakers)), publication)


def _administrator(agency: Agency) -> Person:
    """Return the person with the post that administers the agency."""
    held = (
        select(Appointment.person_id)
        .join(Administration, Administration.post_id == Appointment.post_id)
        .where(Administration.agency_id == agency.id)
        .order_by(Appointment.person_id)
        .limit(1)
    )
    return db.session.scalars(select(Person).where(Person.id.in_(held))).one()
