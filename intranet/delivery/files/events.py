"""What happens to files."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class FileRead:
    """The text of a file is known, or it is known that it has none that can be read."""

    file_id: UUID
