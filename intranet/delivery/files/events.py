"""Events about files."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class FileRead:
    """The text of a file was extracted, or found to be unreadable."""

    file_id: UUID
