"""Why a line is rejected, or a whole file refused: a code and what it speaks of.

The words for the codes are in `words.py`, in the reader's language, since what is staged is read
by several people.
"""

from collections.abc import Mapping
from typing import Any


class Rejected(Exception):  # noqa: N818 - what happens to a line, no error of the program
    """A line cannot be taken.

    `fix` is a value for the column with which the line could perhaps be taken.
    """

    def __init__(
        self, column: str, code: str, *, fix: str | None = None, about: Mapping[str, Any] = {}
    ) -> None:
        """Take the column, the reason's code and what it speaks of."""
        super().__init__(code)
        self.column = column
        self.code = code
        self.fix = fix
        self.about = dict(about)


class Refused(Exception):  # noqa: N818 - what happens to a file, no error of the program
    """A file cannot be taken at all. Nothing was changed."""

    def __init__(self, code: str, **about: Any) -> None:
        """Take the reason's code and what it speaks of."""
        self.code = code
        self.about = about
        super().__init__(code)
