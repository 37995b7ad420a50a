"""What a check of the doctor is, and how it says that something is wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from intranet.config import Settings


@dataclass(frozen=True)
class Patient:
    """What is looked at: the application, its settings, and how many processes are to serve."""

    app: "Flask"
    settings: "Settings"
    workers: int


Check = Callable[[Patient], str]


class WrongError(Exception):
    """Something is not in place; the text says what to do."""
