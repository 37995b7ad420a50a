"""The page of an agency's weekly statistics."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from intranet.attention.statistics import bar_chart, queries
from intranet.attention.statistics.access import get_counted_agency, sees
from intranet.organisation.accounts.access import current_person, signed_in
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core.i18n import _

bp = Blueprint("figures", __name__)


@bp.app_context_processor
def weeks() -> dict[str, object]:
    """Tell templates whether the viewer may see the weekly statistics of an agency."""

    def sees_weeks(agency: Agency) -> bool:
        viewer = current_person()
        return viewer is not None and sees(viewer, agency)

    return {"sees_weeks": sees_weeks}


@bp.get("/admin/<code>/weekly")
@signed_in
def weekly(person: Person, code: str) -> ResponseReturnValue:
    """Show each counted week as bars, and the same numbers as a table."""
    agency = get_counted_agency(person, code)
    weeks = queries.weeks_of(agency.id)
    names = [
        ("readers", _("Readers")),
        ("messages", _("Messages")),
        ("publications", _("Publications")),
        ("questions", _("Questions")),
    ]
    charts = [
        (name, title, bar_chart.bars([(week.starts_on, getattr(week, name)) for week in weeks]))
        for name, title in names
    ]
    return render_template(
        "attention/statistics/weekly.html",
        about=agency,
        weeks=weeks[::-1],
        charts=charts,
        width=bar_chart.WIDTH,
        height=bar_chart.HEIGHT,
        fewest=queries.MIN_PEOPLE,
    )
