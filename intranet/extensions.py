"""The Flask extensions, made once and bound to the application by `create_app`."""

from typing import Any
from uuid import UUID

from flask_babel import Babel
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, Engine, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from intranet.platform.core import joined_loading  # noqa: F401 - before the first relationship
from intranet.platform.core.ids import uuid7


class Model(DeclarativeBase):
    """Base of every table. Constraints are named, so that a migration can drop them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


UNNESTED: Any = "unnested"
"""The value of `innerjoin` for a relationship that is loaded through an outer join.

With True, SQLAlchemy nests the two tables in parentheses, and SQLite joins all of their rows: to
read one of 20,000 messages took 75 ms, now 3 ms. (SQLAlchemy's types lack this value.)
"""


class Identified(Model):
    """Base of the tables whose rows have an id that is known outside, a UUIDv7."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)

    def __init__(self, **values: Any) -> None:
        """Give the row its id at once, so that events and other rows can name it."""
        super().__init__(**{"id": uuid7(), **values})


READS_FROM = "reads from"


class RoutedSession(Session):
    """Sessions of one database, which may be told to read from a replica of it.

    The engine of the replica is then in their `info`; `unit_of_work` takes it out.
    """

    def get_bind(
        self,
        mapper: Any = None,
        clause: Any = None,
        bind: Engine | Connection | None = None,
        **how: Any,
    ) -> Engine | Connection:
        """Return the replica while it is read from, else the database."""
        replica: Engine | None = self.info.get(READS_FROM)
        return replica or super().get_bind(mapper, clause, bind, **how)


db = SQLAlchemy(
    metadata=Model.metadata,
    session_options={"class_": RoutedSession, "expire_on_commit": False},
    disable_autonaming=True,
)
login_manager = LoginManager()
babel = Babel()
csrf = CSRFProtect()
