"""Next steps after a list of counterparts: ask the network, follow, be notified of new ones."""

from dataclasses import dataclass

from intranet.finding.counterparts.alert_subjects import AlertSubject
from intranet.finding.counterparts.alerts import alert_on
from intranet.finding.counterparts.models import AlertKind
from intranet.finding.counterparts.search import CounterpartResults
from intranet.organisation.agencies.labels import function_name
from intranet.organisation.agencies.occupations import functions_of_occupations, strongest
from intranet.organisation.people.models import Person
from intranet.platform.core.i18n import _
from intranet.platform.core.web import current_language

TITLE_CHARACTERS = 120
FEW_RESULTS = 5


@dataclass(frozen=True)
class NextSteps:
    """The next steps after a list; `function` is a code, empty if none is known."""

    question: str
    function: str
    alert: AlertSubject | None
    is_waiting: bool

    @property
    def function_name(self) -> str:
        """The name of the function."""
        return function_name(self.function)


def next_steps(viewer: Person, words: str, found: CounterpartResults) -> NextSteps:
    """Return what the viewer can do next about this search."""
    target = found.target
    usual = functions_of_occupations(target.occupations)
    function = strongest(target.functions) or strongest(usual)
    occupation = strongest(target.occupations)
    alert = None
    if occupation:
        alert = AlertSubject(AlertKind.OCCUPATION, occupation)
    elif function:
        alert = AlertSubject(AlertKind.FUNCTION, function)
    return NextSteps(
        question=_question(words, found),
        function=function,
        alert=alert,
        is_waiting=alert is not None and alert_on(viewer, alert) is not None,
    )


def _question(words: str, found: CounterpartResults) -> str:
    """Draft the question to the network."""
    if words:
        return _(
            "How do you do this in your administration: %(words)s?", words=words[:TITLE_CHARACTERS]
        )
    if found.post is None:
        return ""
    title = found.post.title.text(current_language(), found.post.unit.agency.language)
    return _(
        "How do you do the work of this post in your administration: %(post)s?",
        post=title[:TITLE_CHARACTERS],
    )
