"""The content of a case file: each message with its author, post, time and earlier versions.

It also states what it does not prove. Times are the server's, in the agency's time zone.
"""

from collections.abc import Sequence
from typing import BinaryIO
from zoneinfo import ZoneInfo

from intranet.platform.core.i18n import _, ngettext, pgettext
from intranet.platform.core.pdf import PdfDocument, stamp
from intranet.platform.core.web import site_address
from intranet.publishing.case_files.content import CaseFileMessage, digest, message_digest, name_of
from intranet.publishing.case_files.models import CaseFile

BODY_LIMIT = 20_000


def write_case_file(out: BinaryIO, made: CaseFile, said: Sequence[CaseFileMessage]) -> None:
    """Write the case file in the current language."""
    zone = ZoneInfo(made.agency.time_zone)
    title = name_of(made.conversation, made.made_by)
    document = PdfDocument(
        out,
        title=_("Messages from %(conversation)s", conversation=title),
        author=made.agency.name.text(made.language),
        language=made.language,
    )
    document.set_footer(
        _("Code %(code)s · %(address)s", code=made.code, address=address_of(made)),
        _("Page %(page)s of", page="%(page)s"),
    )
    document.code(address_of(made))
    document.heading(_("Messages for a case file"), size=17)
    document.paragraph(title, size=12, bold=True)
    document.paragraph("")
    number = len(said)
    document.facts(
        [
            (_("Administration"), f"{made.agency.name.text(made.language)} ({made.agency.code})"),
            (_("Conversation"), str(made.conversation_id)),
            (
                _("Messages"),
                ngettext("%(num)s message selected", "%(num)s messages selected", number),
            ),
            (_("This document"), f"{stamp(made.made_at, zone)} · {made.made_by.name}"),
            (_("Time zone"), made.agency.time_zone),
            (_("SHA-256 of the messages"), digest(said)),
            (_("Verification code"), made.code),
            (_("Address for checking this document"), address_of(made)),
        ]
    )
    _meaning(document)
    document.heading(_("Messages"))
    for each in said:
        _message(document, each, zone)
    document.finish()


def address_of(made: CaseFile) -> str:
    """Return the address where a holder of the document can check it."""
    return site_address(f"/case-files/{made.code}")


def _meaning(document: PdfDocument) -> None:
    document.heading(_("What does this document prove?"))
    document.paragraph(
        _(
            "This document proves that the system held these messages when the document "
            "was made. The text, names, posts, times and files are as shown here. Each "
            "author was signed in when writing. All earlier versions kept by the system "
            "are included."
        )
    )
    document.paragraph(
        _(
            "This document is not an official notification or a signature, and does not "
            "replace either. The messages were selected by the person who made the "
            "document. The rest of the conversation is not included. The text of deleted "
            "messages is not kept, but the document shows that they existed."
        )
    )
    document.paragraph(
        _(
            "The digest of each message, and of all messages together, is the SHA-256 "
            "digest of their JSON. In the JSON, names are sorted and times are in UTC. To "
            "check a copy, compare it with the original at the address above, using the "
            "code."
        )
    )


def _message(document: PdfDocument, said: CaseFileMessage, zone: ZoneInfo) -> None:
    message = said.message
    document.heading(f"{message.seq} · {message.author.name}", size=11)
    facts = [
        (_("Author’s post"), message.caption),
        (_("Date written"), stamp(message.created_at, zone)),
    ]
    if message.parent:
        answers = f"{message.parent.seq} · {message.parent.author.name}"
        facts.append((_("In reply to"), answers))
    if message.edited_at and not message.deleted_at:
        facts.append((pgettext("message", "Edited"), stamp(message.edited_at, zone)))
    if message.deleted_at:
        facts.append((_("Deleted"), stamp(message.deleted_at, zone)))
    facts += [
        (_("File"), f"{held.file.name} · SHA-256 {held.file.sha256}")
        for held in message.files
        if not message.deleted_at  # a hidden message keeps its files, but they are not named
    ]
    facts.append(("SHA-256", message_digest(said)))
    document.facts([(name, text) for name, text in facts if text])
    if message.deleted_at:
        document.paragraph(_("This message has been deleted. Its text was not kept."))
        return
    for number, version in enumerate(said.versions, 1):
        words = _("Version %(number)s", number=number)
        document.paragraph(f"{words} · {stamp(version.written_at, zone)}", size=9, bold=True)
        document.paragraph(_words(version.body), size=9)
    if said.versions:
        words = _("Version %(number)s", number=len(said.versions) + 1)
        document.paragraph(f"{words} · {stamp(message.edited_at, zone)}", size=9, bold=True)
    document.paragraph(_words(message.said))


def _words(body: str) -> str:
    """Return a body as typed, with its Markdown marks: they are part of the record."""
    return body[:BODY_LIMIT]
