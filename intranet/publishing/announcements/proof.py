"""The content of a proof: each version's text, its audience, and the confirmations.

It also states what it does not prove. Times are the server's, in the agency's time zone.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import BinaryIO
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload, undefer

from intranet.extensions import db
from intranet.messaging.spaces.audience_text import sentence
from intranet.platform.core.i18n import _
from intranet.platform.core.pdf import PdfDocument, stamp
from intranet.platform.core.templating import LANGUAGE_NAMES, percent
from intranet.platform.core.web import site_address
from intranet.publishing.announcements import listing
from intranet.publishing.announcements.access import AnnouncementScope
from intranet.publishing.announcements.labels import factor_words, way_words
from intranet.publishing.announcements.listing import ConfirmationEntry
from intranet.publishing.announcements.models import Proof
from intranet.publishing.publications.models import Publication, PublicationVersion
from intranet.publishing.publications.reach import audience_of
from intranet.publishing.publications.senders import senders_named
from intranet.publishing.publications.versions import files_in

PROGRESS_EVERY_ROWS = 2_000


def write_proof(
    out: BinaryIO,
    proof: Proof,
    scope: AnnouncementScope,
    now: datetime,
    tell: Callable[[int], None],
) -> None:
    """Write the proof in the current language.

    Args:
        tell: called every `PROGRESS_EVERY_ROWS` rows with the number written.
    """
    publication, language = scope.publication, proof.language
    zone = ZoneInfo(publication.agency.time_zone)
    versions = _versions(publication)
    title = versions[-1].title.text(language, publication.agency.language)
    entries = listing.sent_to(scope, language)
    later = listing.came_later(scope, language, now)
    document = PdfDocument(
        out,
        title=_("Proof of reading: %(title)s", title=title),
        author=publication.agency.name.text(language),
        language=language,
    )
    document.set_footer(
        _("Code %(code)s · %(address)s", code=proof.code, address=address_of(proof)),
        _("Page %(page)s of", page="%(page)s"),
    )
    _front(document, proof, scope, title, now)
    _meaning(document)
    _numbers(document, scope, entries, later)
    for version in versions:
        _version(document, version, zone)
    _list(document, scope, entries, zone, tell)
    if later:
        _later(document, later, zone)
    document.finish()


def address_of(proof: Proof) -> str:
    """Return the address where a holder of the document can check it."""
    return site_address(f"/proofs/{proof.code}")


def _front(
    document: PdfDocument, proof: Proof, scope: AnnouncementScope, title: str, now: datetime
) -> None:
    publication, language = scope.publication, proof.language
    zone = ZoneInfo(publication.agency.time_zone)
    document.code(address_of(proof))
    document.heading(_("People who confirmed reading"), size=17)
    document.paragraph(title, size=12, bold=True)
    document.paragraph("")
    space = publication.space
    place = space.title.text(language, publication.agency.language)
    post = publication.post.title.text(language, publication.agency.language)
    agency = publication.agency
    facts = [
        (_("Administration"), f"{agency.name.text(language)} ({agency.code})"),
        (_("On behalf of"), f"{post} · {place}"),
        (_("Published"), stamp(publication.published_at, zone)),
        (
            _("Confirmation deadline"),
            f"{publication.announcement.due_on:%Y-%m-%d}"
            if publication.announcement.due_on
            else "",
        ),
        (_("This document"), f"{stamp(now, zone)} · {proof.made_by.name}"),
        (_("Time zone"), agency.time_zone),
        (_("Verification code"), proof.code),
        (_("Address for checking this document"), address_of(proof)),
    ]
    if publication.withdrawn_at:
        words = f"{stamp(publication.withdrawn_at, zone)} · {publication.withdrawn_reason}"
        facts.insert(4, (_("Withdrawn"), words))
    document.facts(facts)


def _meaning(document: PdfDocument) -> None:
    document.heading(_("What does this document prove?"))
    document.paragraph(
        _(
            "This document proves that the system recorded a confirmation for each name, "
            "with the version and server time shown. Each confirmation was made from the "
            "person’s own account, at a shared screen or on paper. Confirmations from a "
            "person’s own account used the sign-in factor shown. Confirmations at a "
            "shared screen used a one-time code. Paper confirmations were recorded by the "
            "person named beside them."
        )
    )
    document.paragraph(
        _(
            "This document is not an official notification or a signature, and does not "
            "replace either. It does not prove that anyone understood or followed the "
            "text. The system does not record whether anyone opened the text without "
            "confirming."
        )
    )
    document.paragraph(
        _(
            "Anyone with this document and its code can check it at the address above. "
            "The system compares its SHA-256 digest with the digest saved when the "
            "document was made."
        )
    )


def _numbers(
    document: PdfDocument,
    scope: AnnouncementScope,
    entries: Sequence[ConfirmationEntry],
    later: Sequence[ConfirmationEntry],
) -> None:
    publication = scope.publication
    valid = publication.announcement.confirmed_version
    confirmed = sum(entry.version >= valid for entry in entries)
    audience = audience_of(publication)
    document.heading(_("In numbers"))
    facts = [
        (_("Sent to"), str(len(entries))),
        (_("Confirmed"), f"{confirmed} · {_share(confirmed, len(entries))}"),
        (_("Not confirmed"), str(len(entries) - confirmed)),
        (_("Joined later"), f"{len(later)} · {_confirmed_words(later, valid)}"),
    ]
    senders = senders_named(publication) if scope.is_whole else []
    if senders:
        facts.insert(1, (_("Senders (not asked to confirm)"), ", ".join(senders)))
    if scope.is_whole:
        facts.insert(0, (_("Audience"), sentence(audience) if audience else ""))
    else:  # the maker may not see the rest of the audience or its exceptions
        facts.insert(
            0,
            (
                _("Scope of this document"),
                _("Limited to people in units led by the person who made this document."),
            ),
        )
    document.facts(facts)


def _version(document: PdfDocument, version: PublicationVersion, zone: ZoneInfo) -> None:
    document.heading(_("Version %(number)s", number=version.number))
    facts = [
        (_("Published"), f"{stamp(version.published_at, zone)} · {version.published_by.name}"),
    ]
    if version.removed_at:
        facts.append((_("Permanently removed"), stamp(version.removed_at, zone)))
    else:
        facts.append(("SHA-256", version.sha256))
    if version.note:
        facts.append((_("Correction"), version.note))
    files = files_in(version)
    for file in files:
        facts.append((_("File"), f"{file.name} · SHA-256 {file.sha256}"))
        said = [words for words in version.described.get(str(file.id), ()) if words]
        facts += [(_("Description of the image"), words) for words in said]
    document.facts(facts)
    for tag in version.title:
        document.paragraph(f"{LANGUAGE_NAMES.get(tag, tag)}: {version.title[tag]}", bold=True)
        document.paragraph(version.body.get(tag, ""))


def _list(
    document: PdfDocument,
    scope: AnnouncementScope,
    entries: Sequence[ConfirmationEntry],
    zone: ZoneInfo,
    tell: Callable[[int], None],
) -> None:
    document.heading(_("Audience at the time of sending"))
    document.table(_columns())
    valid = scope.publication.announcement.confirmed_version
    several = len({entry.agency for entry in entries}) > 1
    for number, entry in enumerate(entries, 1):
        document.row(_cells(entry, zone, is_agency_named=several, valid=valid))
        if number % PROGRESS_EVERY_ROWS == 0:
            tell(number)
    document.end_table()


def _later(document: PdfDocument, later: Sequence[ConfirmationEntry], zone: ZoneInfo) -> None:
    document.heading(_("People who joined later"))
    document.table(_columns())
    for entry in later:
        document.row(_cells(entry, zone, is_agency_named=False, valid=1))
    document.end_table()


def _columns() -> list[tuple[str, float]]:
    return [
        (_("Name"), 0.2),
        (_("Post, unit, administration"), 0.3),
        (_("Confirmed"), 0.23),
        (_("Version"), 0.065),
        (_("Method"), 0.205),
    ]


def _cells(
    entry: ConfirmationEntry, zone: ZoneInfo, *, is_agency_named: bool, valid: int
) -> list[str]:
    places = [entry.post, entry.unit, *([entry.agency] if is_agency_named else [])]
    where = " · ".join(dict.fromkeys(places))
    if entry.confirmed_at is None:
        return [entry.name, where, _("not confirmed"), "", ""]
    at = stamp(entry.confirmed_at, zone)
    if entry.version < valid:
        at = f"{at} ({_('an earlier version')})"
    how = way_words()[entry.way]
    if entry.recorded_by:
        how = _("on paper, recorded by %(name)s", name=entry.recorded_by)
    elif entry.factor and entry.factor in factor_words():
        how = f"{how}, {factor_words()[entry.factor]}"
    return [entry.name, where, at, str(entry.version), how]


def _share(confirmed: int, total: int) -> str:
    return percent(confirmed, total) if total else ""


def _confirmed_words(entries: Sequence[ConfirmationEntry], valid: int) -> str:
    return _(
        "People who have confirmed: %(num)s", num=sum(entry.version >= valid for entry in entries)
    )


def _versions(publication: Publication) -> Sequence[PublicationVersion]:
    return db.session.scalars(
        select(PublicationVersion)
        .where(PublicationVersion.publication_id == publication.id)
        .options(
            undefer(PublicationVersion.body),
            undefer(PublicationVersion.described),
            joinedload(PublicationVersion.published_by),
        )
        .order_by(PublicationVersion.number)
    ).all()
