"""Poll results as a spreadsheet: the totals that the page shows, and each voter's choices.

A poll by totals only has no choices by voter.
"""

from collections.abc import Iterator
from datetime import datetime

from intranet.collaboration.polls import queries, view_models
from intranet.collaboration.polls.models import Poll, PollKind, Suits
from intranet.organisation.people.bylines import person_lines
from intranet.platform.core.i18n import _, pgettext
from intranet.platform.core.spreadsheet import BEGINNING, spreadsheet_row


def spreadsheet(poll: Poll, title: str, language: str, now: datetime) -> Iterator[str]:
    """Yield the lines: the question, the turnout, the totals, then the names."""
    yield BEGINNING + spreadsheet_row((_("Poll"), title))
    yield spreadsheet_row((_("People asked to vote"), str(poll.asked)))
    yield spreadsheet_row((_("People who have voted"), str(poll.voted)))
    yield spreadsheet_row((_("Votes counted"), str(poll.counted)))
    yield spreadsheet_row(())
    yield from _totals(poll)
    if not poll.is_secret:
        yield spreadsheet_row(())
        yield from _by_name(poll, language, now)


def _totals(poll: Poll) -> Iterator[str]:
    if not poll.counted:
        yield spreadsheet_row((_("Too few people have voted, so the results are not shown."),))
        return
    words = view_models.suits_words()
    is_of_dates = poll.kind == PollKind.DATES
    heads = [words[one] for one in Suits] if is_of_dates else [_("Votes"), "%"]
    yield spreadsheet_row((_("Day and time") if is_of_dates else _("Choice"), *heads))
    for one in view_models.options(poll, {}, view_models.PollVoters()):
        numbers = (one.votes, one.maybes, one.noes) if is_of_dates else (one.votes, one.share)
        yield spreadsheet_row((one.label, *map(str, numbers)))


def _by_name(poll: Poll, language: str, now: datetime) -> Iterator[str]:
    words = view_models.suits_words()
    labels = {row.number: view_models.label_of(poll, row) for row in poll.options}
    rows = queries.choices(poll)
    lines = person_lines({person.id for person, _number, _suits in rows}, now)
    yield spreadsheet_row((_("Name"), _("Post"), _("Choice"), pgettext("noun", "Answer")))
    for person, number, suits in rows:
        caption = lines[person.id].caption(language) if person.id in lines else ""
        yield spreadsheet_row((person.name, caption, labels[number], words[suits]))
