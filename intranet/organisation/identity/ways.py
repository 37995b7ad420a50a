"""The ways to sign in that a provider offers: each kind of provider registers one."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self

from flask.typing import ResponseReturnValue
from flask_babel import LazyString

from intranet.organisation.identity.models import Provider, ProviderKind
from intranet.platform.core.parsing import Form


class Purpose(StrEnum):
    """Why somebody is sent to a provider."""

    SIGN_IN = "sign_in"
    TIE = "tie"
    CONFIRM = "confirm"
    TEST = "test"


class StepOutcome(StrEnum):
    """How a step of a test went. A limit can be accepted; a failure prevents switching on."""

    PASSED = "passed"
    LIMITED = "limited"
    FAILED = "failed"


@dataclass(frozen=True)
class Step:
    """A step of a test: its title, what came back in a sentence, and how long it took."""

    title: str
    detail: str
    outcome: StepOutcome
    seconds: float

    @classmethod
    def since(cls, title: str, words: object, outcome: StepOutcome, begun: float) -> Self:
        """Return a step that began at a reading of `time.perf_counter` and ends now."""
        return cls(title, str(words), outcome, time.perf_counter() - begun)


@dataclass(frozen=True)
class ProviderReport:
    """The steps of a test of a provider, and what the provider sent, without secrets."""

    steps: Sequence[Step]
    received: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_passed(self) -> bool:
        """Whether no step failed."""
        return all(step.outcome != StepOutcome.FAILED for step in self.steps)

    @property
    def has_limits(self) -> bool:
        """Whether a step found a limit that somebody has to accept."""
        return any(step.outcome == StepOutcome.LIMITED for step in self.steps)

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored in `Provider.report`."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class SignInWay:
    """A way to sign in: everything that differs between the kinds of provider.

    `form` parses the fields of `template`; a field `secret`, if there is one, is stored sealed.
    `check` tests the settings without a person. `leave` sends the browser to the provider for a
    purpose and the address to go to afterwards; None where the password is asked here, at
    `/signin/with/HANDLE/KIND`. `farewell` signs somebody out at the provider as well, after their
    sign-in here has ended; it gets the provider's session.
    `refresh` fetches what the provider publishes, by a job.
    """

    kind: ProviderKind
    title: LazyString
    summary: LazyString
    icon: str
    form: type[Form]
    template: str
    check: Callable[[Provider], ProviderReport]
    leave: Callable[[Provider, Purpose, str], ResponseReturnValue] | None = None
    farewell: Callable[[Provider, str], ResponseReturnValue | None] | None = None
    refresh: Callable[[Provider], None] | None = None


_ways: dict[ProviderKind, SignInWay] = {}


def register_way(way: SignInWay) -> None:
    """Register the way of a kind of provider."""
    _ways[way.kind] = way


def way_of(kind: ProviderKind) -> SignInWay:
    """Return the way of a kind of provider."""
    return _ways[kind]


def ways() -> Sequence[SignInWay]:
    """Return every way, in the order of `ProviderKind`."""
    return [_ways[kind] for kind in ProviderKind if kind in _ways]
