"""What could not go out: administrators see whom, not what, and try it again; operators too."""

import pytest

from intranet.cli.jobs import jobs
from intranet.platform.core import clock
from intranet.platform.core.outbox import OutboxRow
from intranet.platform.core.outbox_figures import counts_by_kind
from intranet.platform.core.unit_of_work import unit_of_work
from tests.attention.notifications.conftest import announce


@pytest.mark.slow
@pytest.mark.both
@pytest.mark.usefixtures("working_day")
def test_an_administrator_sees_whom_it_did_not_reach_and_tries_again(
    app, client_of, cast, mail, letterbox
):
    with app.app_context():
        address = cast.account_of(cast.ana).email
        letterbox.unknown[address] = "550 No such user"
        announce(cast.carles, days=3)
    mail()
    dorleta = client_of(cast.dorleta)
    page = dorleta.get("/admin/L01990012/deliveries").text
    assert cast.ana.name in page
    assert "Obra menor" not in page

    letterbox.unknown.clear()
    dorleta.submit("/admin/L01990012/deliveries/retry", {"person_id": str(cast.ana.id)})
    assert [letter["To"] for letter in mail()] == [address]
    assert cast.ana.name not in dorleta.get("/admin/L01990012/deliveries").text
    assert client_of(cast.guillem).get("/admin/L01990012/deliveries").status_code == 404


@pytest.mark.both
def test_an_operator_sees_what_is_owed_by_kind_and_lets_what_failed_be_tried_again(app_context):
    with unit_of_work() as work:
        work.add(
            OutboxRow(kind="mail", payload={}),
            OutboxRow(kind="mail", payload={}, attempts=3, last_error="MailDelayedError"),
            OutboxRow(kind="mail", payload={}, attempts=8, failed_at=clock.now()),
        )
    assert (
        "mail: 1 waiting, 1 tried again, 1 failed"
        in app_context.test_cli_runner().invoke(jobs).output
    )
    assert "MailDelayedError: 1" in app_context.test_cli_runner().invoke(jobs).output
    again = app_context.test_cli_runner().invoke(jobs, ["--retry", "mail"])
    assert "1 failed job will be tried again" in again.output
    assert [row.failed for row in counts_by_kind() if row.kind == "mail"] == [0]
