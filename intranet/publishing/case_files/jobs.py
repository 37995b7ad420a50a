"""Scheduled job for case files."""

from intranet.platform.core import clock
from intranet.publishing.case_files.operations import forget_documents


def forget_old() -> None:
    """Delete the documents of old case files."""
    forget_documents(clock.now())
