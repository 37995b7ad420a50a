"""Making a proof: at once if it is short, by the outbox if it is long."""

import tempfile
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from intranet.delivery.files.operations import discard, store_file
from intranet.extensions import db
from intranet.organisation.accounts.check_codes import new_code, read_code
from intranet.organisation.people.models import Person
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import NotFound
from intranet.platform.core.mail import in_language
from intranet.platform.core.outbox import enqueue
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.announcements.access import get_scope
from intranet.publishing.announcements.models import Proof
from intranet.publishing.announcements.proof import write_proof
from intranet.publishing.publications.models import Publication

MAKE = "proofs.make"
MAX_ROWS_AT_ONCE = 2_000
KEPT_FOR = timedelta(days=30)
IN_MEMORY_BYTES = 4 * 1024 * 1024


def request_proof(person: Person, publication: Publication, language: str) -> Proof:
    """Make a proof of the confirmations so far; with many recipients, leave it to the outbox.

    Raises:
        NotFound: the person may not see the report.
    """
    with unit_of_work() as work:
        scope = get_scope(person, publication.id)
        total = db.session.scalar(select(func.count()).where(scope.rows())) or 0
        proof = Proof(
            code=new_code(),
            publication_id=publication.id,
            language=language,
            made_by_id=person.id,
            made_at=clock.now(),
            total=total,
        )
        work.add(proof)
        work.flush()
        record(
            "proof.make",
            agency_id=publication.agency_id,
            actor_id=person.id,
            subject=("publication", publication.id),
            detail={"code": proof.code},
        )
        if total > MAX_ROWS_AT_ONCE:
            enqueue(work, MAKE, {"code": proof.code})
    if total <= MAX_ROWS_AT_ONCE:
        make_proof(proof)
    return proof


def make_proof(proof: Proof) -> None:
    """Write the document of a requested proof, unless it exists, and store its digest.

    Raises:
        NotFound: the requester may no longer see the report.
    """
    if proof.sha256:
        return
    code, owner, publication = proof.code, proof.made_by, proof.publication
    scope = get_scope(owner, publication.id)
    with (
        tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as out,
        in_language(proof.language),
    ):
        write_proof(out, proof, scope, proof.made_at, lambda done: _tell(code, done))  # type: ignore[arg-type] # it is written to
        out.seek(0)
        file = store_file(owner, out, f"{code}.pdf")
    with unit_of_work() as work:
        made = db.session.get_one(Proof, code, with_for_update=True)
        if made.sha256:
            discard([file.id])
            return
        made.sha256, made.file_id, made.done = file.sha256, file.id, made.total
        made.unit_paths = None if scope.unit_paths is None else list(scope.unit_paths)
        work.flush()


def forget_documents(now: datetime) -> None:
    """Delete up to 500 documents older than 30 days; keep their codes and digests."""
    old = select(Proof).where(Proof.made_at < now - KEPT_FOR, Proof.file_id.is_not(None))
    for proof in db.session.scalars(old.order_by(Proof.made_at).limit(500)).all():
        with unit_of_work() as work:
            made = db.session.get_one(Proof, proof.code, with_for_update=True)
            file_id, made.file_id = made.file_id, None
            work.flush()
            if file_id:
                discard([file_id])


def get_proof(code: str) -> Proof:
    """Return the proof with a code, as typed or scanned.

    Raises:
        NotFound: there is none.
    """
    proof = db.session.get(Proof, read_code(code))
    if proof is None:
        raise NotFound
    return proof


def _tell(code: str, done: int) -> None:
    """Store the progress, for the page on which the requester waits."""
    with unit_of_work():
        db.session.execute(update(Proof).where(Proof.code == code).values(done=done))
