"""What the database holds, to be compared: a refusal writes nothing."""

from intranet.extensions import db

USED = {"last_used_at"}
"""Columns that change when somebody asks, whatever they ask."""


def everything(app) -> dict[str, list[str]]:
    """Each row of each table as text, by table."""
    with app.app_context(), db.engine.connect() as connection:
        return {
            table.name: sorted(
                repr(
                    [
                        getattr(row, column.name)
                        for column in table.columns
                        if column.name not in USED
                    ]
                )
                for row in connection.execute(table.select())
            )
            for table in db.metadata.sorted_tables
        }
