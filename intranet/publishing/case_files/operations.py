"""Making a case file: each message passes the access rule, and the audit log records it."""

import tempfile
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select

from intranet.delivery.files.operations import discard, store_file
from intranet.extensions import db
from intranet.messaging.conversations.access import get_conversation
from intranet.messaging.conversations.models import Conversation
from intranet.organisation.accounts.check_codes import new_code, read_code
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import current_appointments
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.mail import in_language
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.case_files.content import MAX_MESSAGES, digest, messages_at
from intranet.publishing.case_files.document import write_case_file
from intranet.publishing.case_files.models import CaseFile

KEPT_FOR = timedelta(days=30)
IN_MEMORY_BYTES = 4 * 1024 * 1024


def make_case_file(
    person: Person, conversation: Conversation, seqs: Collection[int], language: str
) -> CaseFile:
    """Make a document of chosen messages on behalf of the agency of the person's first post.

    Args:
        seqs: the sequence numbers of the messages.

    Raises:
        NotFound: the person does not read the conversation.
        Forbidden: they hold no post.
        Invalid: none of the messages exists, or there are too many.
    """
    with unit_of_work() as work:
        conversation = get_conversation(person, conversation.id)
        held = current_appointments(person.id)
        if not held:
            raise Forbidden(_l("You do not hold this post at present."))
        wanted = sorted(set(seqs))
        if len(wanted) > MAX_MESSAGES:
            raise Invalid({"seq": _l("Choose at most %(limit)s messages.", limit=MAX_MESSAGES)})
        said = messages_at(conversation.id, wanted)
        if not said:
            raise Invalid({"seq": _l("Choose at least one message.")})
        made = CaseFile(
            code=new_code(),
            conversation_id=conversation.id,
            agency_id=held[0].post.agency_id,
            language=language,
            made_by_id=person.id,
            made_at=clock.now(),
            seqs=[each.message.seq for each in said],
            content_sha256=digest(said),
            sha256="",
        )
        work.add(made)
        work.flush()
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as out, in_language(language):
            write_case_file(out, made, said)  # type: ignore[arg-type] # it is written to
            out.seek(0)
            file = store_file(person, out, f"{made.code}.pdf")
        made.file_id, made.sha256 = file.id, file.sha256
        record(
            "case_file.make",
            agency_id=made.agency_id,
            actor_id=person.id,
            subject=("conversation", conversation.id),
            detail={"code": made.code, "messages": len(said)},
        )
    return made


def get_case_file(code: str) -> CaseFile:
    """Return the case file with a code, as typed or scanned.

    Raises:
        NotFound: there is none.
    """
    made = db.session.get(CaseFile, read_code(code))
    if made is None:
        raise NotFound
    return made


def forget_documents(now: datetime) -> None:
    """Delete up to 500 documents older than 30 days; keep their codes and digests."""
    old = select(CaseFile).where(CaseFile.made_at < now - KEPT_FOR, CaseFile.file_id.is_not(None))
    for row in db.session.scalars(old.order_by(CaseFile.made_at).limit(500)).all():
        with unit_of_work() as work:
            made = db.session.get_one(CaseFile, row.code, with_for_update=True)
            file_id, made.file_id = made.file_id, None
            work.flush()
            if file_id:
                discard([file_id])
