"""What happened in a run, in order: what was asked and answered, what each screen was told."""

from dataclasses import dataclass, field
from typing import Any

Message = dict[str, Any]

OK = "ok"
FAIL = "fail"
INFO = "info"


@dataclass(frozen=True)
class Asked:
    """Somebody wants to post; repeated under the same `client_id` until there is an answer."""

    tab: str
    client_id: str
    body: str


@dataclass(frozen=True)
class Answered:
    """What became of one attempt: `ok` is stored, `fail` is not, `info` may be either."""

    tab: str
    client_id: str
    outcome: str
    message: Message | None = None
    status: int | None = None


@dataclass(frozen=True)
class Came:
    """A tab is connected, anew."""

    tab: str


@dataclass(frozen=True)
class Told:
    """A tab was pushed a message, under the revision at which it happened."""

    tab: str
    event: str
    rev: int
    message: Message


@dataclass(frozen=True)
class Caught:
    """A tab was answered what changed: with what it holds now there is no hole up to `rev`."""

    tab: str
    asked_at: float
    rev: int
    messages: list[Message]
    reset: bool = False


@dataclass(frozen=True)
class Left:
    """A person's rights have ended, as answered to who ended them; `rev` was reached by then."""

    person: str
    at: float
    rev: int


@dataclass(frozen=True)
class Killed:
    """A process was ended and another stands in its place."""

    before: int
    after: int


@dataclass(frozen=True)
class Restored:
    """An older copy of the database took the place of what was there."""


@dataclass(frozen=True)
class Noted:
    """Something that only the fault itself could see."""

    verdict: str
    what: str


Record = Asked | Answered | Came | Told | Caught | Left | Killed | Restored | Noted


@dataclass
class History:
    """The records of a run; threads append to it without a lock."""

    records: list[tuple[float, Record]] = field(default_factory=list)
    people: dict[str, str] = field(default_factory=dict)
    """Who each tab belongs to."""
    outsiders: set[str] = field(default_factory=set)
    """Who never had a right to see anything."""

    def note(self, record: Record, at: float) -> None:
        """Write down what just happened; of what is asked, before it is sent."""
        self.records.append((at, record))

    def of(self, kind: type[Record]) -> list[Any]:
        """The records of one kind, in order."""
        return [record for _at, record in list(self.records) if isinstance(record, kind)]


@dataclass(frozen=True)
class Row:
    """A message as the database holds it. What is deleted keeps its `client_id` here alone."""

    client_id: str
    shown: Message
