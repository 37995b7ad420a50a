"""What the pages around an announcement send, as typed values."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, field_validator

from intranet.platform.core.parsing import PLACES, Form, Line, printable
from intranet.publishing.announcements.operations.reminding import AT_ONCE
from intranet.publishing.announcements.queries import Wanted

WORDS_LIMIT = 80


class ListForm(Form):
    """How the list was narrowed on the page from which something is sent, and which page it was."""

    unit: UUID | None = None
    show: Literal["", "absent"] = ""
    q: Line = ""
    cursor: Line = ""

    def wanted(self) -> Wanted:
        """The same for a query, without the page."""
        return Wanted(self.unit, self.show == "absent", printable(self.q, WORDS_LIMIT))

    def address(self) -> dict[str, str]:
        """The same as parts of an address, with the page."""
        page = {"cursor": self.cursor} if self.cursor else {}
        return self.wanted().address | page


class RemindForm(ListForm):
    """Whom to remind: one or several people, or everybody who is shown on all pages."""

    everybody: bool = False
    person: Annotated[list[UUID], Field(max_length=AT_ONCE)] = Field(default_factory=list)

    @field_validator("person", mode="before")
    @classmethod
    def _one_or_several(cls, value: Any) -> Any:
        return value if isinstance(value, list) else [value]


class PaperForm(ListForm):
    """Who confirmed on paper and as which post, as `PERSON:POST`."""

    row: Annotated[Line, Field(pattern=r"^[0-9a-f-]{36}:[0-9a-f-]{36}$")]

    def ids(self) -> tuple[UUID, UUID]:
        """The ids of the person and the post."""
        person, _colon, post = self.row.partition(":")
        return UUID(person), UUID(post)


class CodeForm(Form):
    """What somebody types at a shared screen, and which version stood above it."""

    version: Annotated[int, Field(ge=1, le=PLACES)]
    staff_number: Annotated[Line, Field(min_length=1, max_length=40)]
    code: Annotated[Line, Field(min_length=1, max_length=20)]
