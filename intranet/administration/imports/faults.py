"""Why a line is rejected or a file refused: a code, and the values it refers to.

The texts for the codes are in `labels.py`, in the reader's language, because several people
read a staged import.
"""

from collections.abc import Mapping
from typing import Any


class Rejected(Exception):  # noqa: N818 - the fate of a line, not an error of the program
    """A line cannot be imported.

    `fix` is a value for the column with which the line might be valid.
    """

    def __init__(
        self, column: str, code: str, *, fix: str | None = None, about: Mapping[str, Any] = {}
    ) -> None:
        """Store the column, the reason's code and the values it refers to."""
        super().__init__(code)
        self.column = column
        self.code = code
        self.fix = fix
        self.about = dict(about)


class Refused(Exception):  # noqa: N818 - the fate of a file, not an error of the program
    """A file cannot be imported at all. Nothing was changed."""

    def __init__(self, code: str, **about: Any) -> None:
        """Store the reason's code and the values it refers to."""
        self.code = code
        self.about = about
        super().__init__(code)
