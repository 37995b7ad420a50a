"""Appeals: once for each case, decided by another person."""

from datetime import timedelta

from intranet.attention.moderation.access import desk_above, people_at, require_appeal_decider
from intranet.attention.moderation.models import Appeal, Case, Outcome, Verdict
from intranet.attention.moderation.operations.deciding import about, lock, undo, write_down
from intranet.attention.moderation.operations.reporting import WORDS_LIMIT
from intranet.attention.notifications.handlers import tell_of_page
from intranet.attention.notifications.models import Kind
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import required_text
from intranet.platform.core.unit_of_work import unit_of_work

APPEAL_WITHIN = timedelta(days=30)


def appeal(author: Person, case: Case, words: str) -> Appeal:
    """Appeal against a decision.

    Raises:
        NotFound: the decision is not about the author.
        Forbidden: the decision was withdrawn, or is too old.
        Conflict: the author appealed before.
        Invalid: there is no text.
    """
    words = required_text(words, "words", WORDS_LIMIT)
    with unit_of_work() as work:
        lock(work, case)
        if case.author_id != author.id or case.decided_at is None:
            raise NotFound
        if db.session.get(Appeal, case.id):
            raise Conflict(_l("You have already appealed. You can appeal only once."))
        require_appealable(case)
        desk = desk_above(case)
        made = Appeal(case_id=case.id, words=words, desk_id=desk.space_id, agency_id=desk.agency_id)
        work.add(made)
        work.flush()
        told = people_at(desk) - {author.id, case.decided_by_id}
        tell_of_page(
            Kind.MODERATION,
            told,
            "moderation_appeal",
            path=f"/moderation/cases/{case.id}",
            key=case.id.hex,
        )
        if about(case)[0] == "person":  # an unnamed author is not named in the audit log
            write_down(author, case, "moderation.appeal")
    return made


def require_appealable(case: Case) -> None:
    """Check that an appeal is still possible.

    Raises:
        Forbidden: there is nothing to appeal against, or the appeal period has passed.
    """
    if case.outcome in {None, Outcome.DISMISSED} or case.taken_back_at:
        raise Forbidden(_l("There is nothing to appeal against."))
    if case.decided_at is None or clock.now() - case.decided_at > APPEAL_WITHIN:
        raise Forbidden(_l("The 30-day appeal period has passed."))


def decide_appeal(person: Person, case: Case, verdict: Verdict, answer: str) -> Appeal:
    """Decide on an appeal: the first decision stands, or it is undone.

    Raises:
        NotFound: the person does not decide on it, or there is no appeal.
        Forbidden: the person made the first decision.
        Conflict: the appeal is decided already.
        Invalid: there is no answer.
    """
    answer = required_text(answer, "answer", WORDS_LIMIT)
    with unit_of_work() as work:
        lock(work, case)
        require_appeal_decider(person, case)
        made = db.session.get_one(Appeal, case.id, populate_existing=True)
        if made.decided_at:
            raise Conflict(_l("Someone has already decided this case."))
        made.decided_at, made.decided_by_id = clock.now(), person.id
        made.verdict, made.answer = verdict, answer
        work.flush()
        write_down(person, case, f"moderation.appeal_{verdict.value}")
        if verdict == Verdict.UNDONE and case.can_be_taken_back:
            undo(work, person, case, answer)
        tell_of_page(
            Kind.MODERATION,
            [case.author_id],
            "moderation_appealed",
            path=f"/moderation/mine/{case.id}",
            key=case.id.hex,
        )
    return made
