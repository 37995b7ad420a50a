"""What the pages of moderation send, as typed values."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from intranet.attention.moderation.models import Outcome, Reason, Verdict
from intranet.attention.moderation.operations.reporting import WORDS_LIMIT
from intranet.platform.core.parsing import PLACES, EmptyIsNone, Form, Text

Words = Annotated[Text, Field(max_length=WORDS_LIMIT)]


class ReportForm(Form):
    """Why something should not stand."""

    reason: Reason
    words: Words = ""


class DecisionForm(Form):
    """What is decided, and why."""

    outcome: Outcome
    reason: Reason
    words: Words = ""
    mute_days: Annotated[Annotated[int, Field(ge=-PLACES, le=PLACES)] | None, EmptyIsNone] = None


class WordsForm(Form):
    """Why a decision is taken back, or appealed."""

    words: Words = ""


class VerdictForm(Form):
    """What becomes of an appeal."""

    verdict: Verdict
    answer: Words = ""


class ModeratorForm(Form):
    """Who is to moderate, or no longer."""

    person_id: UUID
