"""What a case file says: each message with who said it, when, as what, and what it said before.

It says as well what it does not prove. Times are the server's, in the zone of the agency.
"""

from collections.abc import Sequence
from typing import BinaryIO
from zoneinfo import ZoneInfo

from intranet.case_files.content import Said, digest, message_digest, name_of
from intranet.case_files.models import CaseFile
from intranet.core.i18n import _, ngettext
from intranet.core.pdf import Document, stamp
from intranet.core.web import site_address

BODY_LIMIT = 20_000


def write_case_file(out: BinaryIO, made: CaseFile, said: Sequence[Said]) -> None:
    """Write the document, in the language of the current block."""
    zone = ZoneInfo(made.agency.time_zone)
    title = name_of(made.conversation, made.made_by)
    document = Document(
        out,
        title=_("Messages of %(conversation)s", conversation=title),
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
            (_("Messages"), ngettext("%(num)s chosen", "%(num)s chosen", number)),
            (_("This document"), f"{stamp(made.made_at, zone)} · {made.made_by.name}"),
            (_("Time zone"), made.agency.time_zone),
            (_("SHA-256 of the messages"), digest(said)),
            (_("Check code"), made.code),
            (_("Check it at"), address_of(made)),
        ]
    )
    _meaning(document)
    document.heading(_("Messages"))
    for each in said:
        _message(document, each, zone)
    document.finish()


def address_of(made: CaseFile) -> str:
    """Where somebody who holds the document checks it."""
    return site_address(f"/case-files/{made.code}")


def _meaning(document: Document) -> None:
    document.heading(_("What this proves, and what it does not"))
    document.paragraph(
        _(
            "It proves that this system kept these messages, when this document was made, with "
            "the words, names, posts, times and files that stand here: each as its author was "
            "signed in when they wrote it, with every earlier version that was kept."
        )
    )
    document.paragraph(
        _(
            "It is neither an official notification nor a signature, and replaces neither. It "
            "was chosen by who made it: what else was said in the conversation is not in it. "
            "What a deleted message said is not kept; that it was there, is."
        )
    )
    document.paragraph(
        _(
            "The digest of each message and of all of them is SHA-256 over their JSON with sorted "
            "names and times in UTC. Who holds this document can have it compared with the one "
            "that was made, at the address above, with the code."
        )
    )


def _message(document: Document, said: Said, zone: ZoneInfo) -> None:
    message = said.message
    document.heading(f"{message.seq} · {message.author.name}", size=11)
    facts = [(_("As"), message.caption), (_("Written"), stamp(message.created_at, zone))]
    if message.parent:
        answers = f"{message.parent.seq} · {message.parent.author.name}"
        facts.append((_("In answer to"), answers))
    if message.edited_at and not message.deleted_at:
        facts.append((_("Changed"), stamp(message.edited_at, zone)))
    if message.deleted_at:
        facts.append((_("Deleted"), stamp(message.deleted_at, zone)))
    facts += [
        (_("File"), f"{held.file.name} · SHA-256 {held.file.sha256}")
        for held in message.files
        if not message.deleted_at  # what moderation hides keeps its files
    ]
    facts.append(("SHA-256", message_digest(said)))
    document.facts([(name, text) for name, text in facts if text])
    if message.deleted_at:
        document.paragraph(_("This message was deleted. What it said is not kept."))
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
    """A body as it was typed: its signs are part of what was said."""
    return body[:BODY_LIMIT]
