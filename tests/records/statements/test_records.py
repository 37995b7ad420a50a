"""Lines on retention, holds and requests follow what the agency has set up."""

from datetime import timedelta

from intranet.organisation.agencies.operations.administrations import give_role
from intranet.organisation.agencies.roles import AgencyRole
from intranet.platform.core import clock
from intranet.records.holds.models import TargetKind
from intranet.records.holds.operations import HoldTerms, place_hold
from intranet.records.retention.operations import RuleTerms, approve_rule, halt, propose_rule
from intranet.records.statements.facts import facts_of
from intranet.records.statements.lines import StatementState
from tests.records.statements.test_statements import line_of


def test_the_terms_follow_the_rules_and_the_halt(app_context, cast):
    town = cast.monteclaro
    for post in (cast.architect_post, cast.mayor_post):
        give_role(None, town, post, AgencyRole.RECORDS)

    def terms():
        line = line_of(facts_of(town), "terms", "processing")
        return line.state, str(line.words)

    assert terms()[0] == StatementState.PARTLY
    rule = propose_rule(cast.xoel, town, RuleTerms("Canales", "channel", None, 400, None))
    assert terms()[0] == StatementState.PARTLY
    approve_rule(cast.rosa, rule)
    state, words = terms()
    assert state == StatementState.MET
    assert "1" in words
    halt(cast.xoel, town)
    assert terms()[0] == StatementState.PARTLY


def test_requests_need_a_records_officer(app_context, cast):
    town = cast.monteclaro
    assert line_of(facts_of(town), "requests", "processing").state == StatementState.NOT_MET
    give_role(None, town, cast.architect_post, AgencyRole.RECORDS)
    assert line_of(facts_of(town), "requests", "processing").state == StatementState.MET


def test_the_line_on_holds_does_not_tell_of_one(app_context, cast):
    town = cast.monteclaro
    give_role(None, town, cast.architect_post, AgencyRole.RECORDS)
    before = str(line_of(facts_of(town), "holds", "processing").words)
    terms = HoldTerms(
        title="Asunto",
        reason="Lo ordena el juzgado.",
        reference="",
        since=clock.today("Europe/Madrid") - timedelta(days=9),
        until=None,
        is_confidential=True,
        targets=((TargetKind.PERSON, cast.carles.id, ""),),
    )
    place_hold(cast.xoel, town, terms)
    assert str(line_of(facts_of(town), "holds", "processing").words) == before
