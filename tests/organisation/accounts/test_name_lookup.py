"""Looking up a sign-in name, as the database plans it."""

import pytest

from intranet.extensions import db
from intranet.organisation.accounts.queries import credentials


@pytest.mark.only_on("sqlite", reason="it reads SQLite's plan")
def test_looking_up_a_name_reads_no_whole_table(app, statements):
    with app.app_context(), statements() as seen:
        credentials("1204@monteclaro")
    with app.app_context():
        plan = db.session.connection().exec_driver_sql(
            f"EXPLAIN QUERY PLAN {seen[0]}", ("x",) * seen[0].count("?")
        )
        lines = [row[-1] for row in plan]
    assert not [line for line in lines if line.startswith("SCAN") and "accounts" in line], lines
