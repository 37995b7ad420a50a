"""Forms of the pages around an announcement."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, field_validator

from intranet.platform.core.parsing import MAX_INTEGER, Form, Line, printable
from intranet.publishing.announcements.operations.reminding import MAX_BATCH_SIZE
from intranet.publishing.announcements.queries import UnconfirmedFilter

MAX_QUERY_CHARACTERS = 80


class ListForm(Form):
    """The filter and page of the report from which a form is sent."""

    unit: UUID | None = None
    show: Literal["", "absent"] = ""
    q: Line = ""
    cursor: Line = ""

    def wanted(self) -> UnconfirmedFilter:
        """Return the filter, without the page."""
        return UnconfirmedFilter(
            self.unit, self.show == "absent", printable(self.q, MAX_QUERY_CHARACTERS)
        )

    def address(self) -> dict[str, str]:
        """Return the filter and the page as query parameters."""
        page = {"cursor": self.cursor} if self.cursor else {}
        return self.wanted().address | page


class RemindForm(ListForm):
    """The people to remind: one, several, or everyone in the filtered list."""

    everybody: bool = False
    person: Annotated[list[UUID], Field(max_length=MAX_BATCH_SIZE)] = Field(default_factory=list)

    @field_validator("person", mode="before")
    @classmethod
    def _one_or_several(cls, value: Any) -> Any:
        return value if isinstance(value, list) else [value]


ID_PATTERN = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class PaperForm(ListForm):
    """A person who confirmed on paper and their post, as `PERSON:POST`."""

    row: Annotated[Line, Field(pattern=f"^{ID_PATTERN}:{ID_PATTERN}$")]

    def ids(self) -> tuple[UUID, UUID]:
        """Return the ids of the person and the post."""
        person, _colon, post = self.row.partition(":")
        return UUID(person), UUID(post)


class AnnouncementCodeForm(Form):
    """The staff number and code typed at a shared screen, and the version shown on it."""

    version: Annotated[int, Field(ge=1, le=MAX_INTEGER)]
    staff_number: Annotated[Line, Field(min_length=1, max_length=40)]
    code: Annotated[Line, Field(min_length=1, max_length=20)]
