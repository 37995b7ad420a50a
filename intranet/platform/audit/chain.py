"""The hash chain of the audit log."""

import hashlib
import json

from intranet.platform.audit.models import AuditLine

FIRST_HASH = "0" * 64


def hash_of(line: AuditLine) -> str:
    """Return the SHA-256 over the content of a line and the hash of the line before it."""
    said = [
        str(line.agency_id),
        line.number,
        line.at.isoformat(),
        str(line.actor_id),
        line.act,
        line.subject_kind,
        str(line.subject_id),
        line.detail,
        line.previous_hash,
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
