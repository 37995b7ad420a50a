"""The interface of a check of `intranet doctor`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from intranet.config import Settings


@dataclass(frozen=True)
class Patient:
    """The installation under check: application, settings, and number of processes."""

    app: "Flask"
    settings: "Settings"
    workers: int


Check = Callable[[Patient], str]


class WrongError(Exception):
    """A check failed; the text is the remedy."""
