"""What the clock does around case files."""

from intranet.case_files.operations import forget_documents
from intranet.core import clock


def forget_old() -> None:
    """Delete documents that were kept long enough."""
    forget_documents(clock.now())
