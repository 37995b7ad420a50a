"""Short ways to what was said, reported and decided."""

from typing import Any

from intranet.attention.moderation.models import Case, Outcome, Reason, Subject
from intranet.attention.moderation.operations.deciding import decide
from intranet.attention.moderation.operations.reporting import report
from intranet.extensions import db
from tests.messaging.messages.helpers import channel_of, say

BAD = "Eres un inútil, castaño."


def said(author: Any, unit: Any, body: str = BAD) -> Any:
    """A message in the channel of a unit."""
    return say(author, channel_of(unit), body)


def reported(
    reporter: Any, row: Any, *, reason: Reason = Reason.INSULT, words: str = "No está bien."
) -> Case:
    """The case of what somebody reports."""
    subject = {"messages": Subject.MESSAGE, "publications": Subject.PUBLICATION}.get(
        row.__tablename__, Subject.PROFILE
    )
    return report(reporter, subject, row.id, reason, words)


def decided(decider: Any, case: Case, outcome: Outcome = Outcome.HIDDEN, **more: Any) -> Case:
    """The same, decided."""
    decide(decider, case, outcome, Reason.INSULT, "Aquí no se insulta.", **more)
    return db.session.get_one(Case, case.id)
