"""What the clock does around case files."""

from intranet.platform.core import clock
from intranet.publishing.case_files.operations import forget_documents


def forget_old() -> None:
    """Delete documents that were kept long enough."""
    forget_documents(clock.now())
