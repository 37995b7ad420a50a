"""Forms of moderation, as typed values."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from intranet.attention.moderation.models import Outcome, Reason, Verdict
from intranet.attention.moderation.operations.reporting import WORDS_LIMIT
from intranet.platform.core.parsing import MAX_INTEGER, EmptyIsNone, Form, Text

Words = Annotated[Text, Field(max_length=WORDS_LIMIT)]


class ReportForm(Form):
    """A report: its reason, and a description."""

    reason: Reason
    words: Words = ""


class DecisionForm(Form):
    """A decision on a case, with its reason."""

    outcome: Outcome
    reason: Reason
    words: Words = ""
    mute_days: Annotated[
        Annotated[int, Field(ge=-MAX_INTEGER, le=MAX_INTEGER)] | None, EmptyIsNone
    ] = None


class ModerationTextForm(Form):
    """The text of an appeal, or of a withdrawn decision."""

    words: Words = ""


class VerdictForm(Form):
    """The decision on an appeal."""

    verdict: Verdict
    answer: Words = ""


class ModeratorForm(Form):
    """A person to name as moderator, or to remove."""

    person_id: UUID
