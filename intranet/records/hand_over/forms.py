"""Input to hand-overs."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from intranet.platform.core.parsing import EmptyIsNone, Form, Line, Text
from intranet.records.hand_over.models import CHECK_LIMIT, CHECKS_LIMIT, WORDS_LIMIT


class LeaverWordsForm(Form):
    """The leaver's words, and their checklist with a point on each line."""

    words: Annotated[Text, Field(max_length=WORDS_LIMIT)] = ""
    checks: Annotated[Text, Field(max_length=CHECKS_LIMIT * (CHECK_LIMIT + 2))] = ""
    edition: Annotated[int, Field(ge=0, lt=2**31)] = 0


class AcceptLineForm(Form):
    """A line to accept; without one, all that remain."""

    kind: Annotated[Line, Field(max_length=20)] = ""
    thing: Annotated[UUID | None, EmptyIsNone] = None


class GiveLeftForm(Form):
    """A thing that nobody has, and the post that it is given to, as typed."""

    kind: Annotated[Line, Field(max_length=20)]
    thing: UUID
    post: Annotated[Line, Field(max_length=200)]
