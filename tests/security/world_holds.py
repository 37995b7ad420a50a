"""Holds and retention in the world of the matrix: what is kept, and rules that wait."""

import io

from sqlalchemy import select

from intranet.delivery.files.operations import store_upload
from intranet.extensions import db
from intranet.messaging.messages.operations import delete_message
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.records.holds.models import HeldItem, HoldReading, TargetKind
from intranet.records.holds.operations import HoldTerms, place_hold
from intranet.records.retention.models import AfterTerm, CountsFrom, TermUnit
from intranet.records.retention.operations import RuleTerms, propose_rule, store_plan
from intranet.records.retention.plan_files import PlanLine
from tests.messaging.messages.helpers import channel_of, say
from tests.security.world_parts import SECRET

WORD = "algarrobo"


def held(cast) -> dict[str, str]:
    """A hold on a word, with a message and its file that Carles deleted; a rule and a plan wait."""
    officer = cast.dorleta
    terms = HoldTerms(
        title=f"{SECRET} hold",
        reason=SECRET,
        reference="",
        since=clock.today("Europe/Madrid"),
        until=None,
        is_confidential=True,
        targets=((TargetKind.WORD, None, WORD),),
    )
    hold = place_hold(officer, cast.monteclaro, terms)
    file = store_upload(cast.carles, io.BytesIO(b"A;B\n1;2\n"), f"{SECRET}.csv")
    channel = channel_of(cast.urban_planning)
    delete_message(cast.carles, say(cast.carles, channel, f"{WORD} {SECRET}", file_ids=[file.id]))
    item = db.session.scalars(select(HeldItem)).one()
    with unit_of_work() as work:
        reading = HoldReading(hold_id=hold.id, reader_id=cast.nadia.id, reason=SECRET)
        work.add(reading)
    rule = propose_rule(
        officer, cast.monteclaro, RuleTerms(f"{SECRET} rule", "channel", None, 36_000, None)
    )
    line = PlanLine(
        "01", SECRET, 5, TermUnit.YEARS, CountsFrom.WRITTEN, "Ley 7/2014", AfterTerm.DELETE
    )
    plan = store_plan(officer, cast.monteclaro, f"{SECRET}.csv", [line])
    return {
        "hold": str(hold.id),
        "hold_reading": str(reading.id),
        "held_item": str(item.id),
        "held_file": str(file.id),
        "rule": str(rule.id),
        "file_plan": str(plan.id),
    }
