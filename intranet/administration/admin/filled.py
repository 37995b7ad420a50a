"""A form as a person filled it in: what they typed is never lost, whatever comes between."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from flask import request

from intranet.platform.core.errors import Conflict, Invalid
from intranet.platform.core.parsing import required_line
from intranet.platform.core.types import Localized

T = TypeVar("T")


@dataclass(frozen=True)
class Filled:
    """What stands in the fields of a form, and what is wrong with it.

    `theirs` is what somebody else saved meanwhile, by field; `conflict` says so.
    """

    values: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    theirs: Mapping[str, str] = field(default_factory=dict)
    conflict: str = ""
    status: int = 200

    def __getitem__(self, name: str) -> str:
        """The text in a field."""
        return self.values.get(name, "")


def attempt(
    do: Callable[[], T], stored: Callable[[], Mapping[str, str]] | None = None
) -> T | Filled:
    """Do what the form asks; if it is refused, give the form back as it was typed.

    Args:
        stored: what the fields would hold now, `version` among them. After a conflict the form
            takes over the new version: who saves again has seen what the other one wrote.
    """
    typed = request.form.to_dict()
    try:
        return do()
    except Invalid as problem:
        return Filled(typed, errors=_by_field(problem), status=problem.status)
    except Conflict as problem:
        now = stored() if stored else {}
        theirs = {name: text for name, text in now.items() if typed.get(name, "") != text}
        version = theirs.pop("version", typed.get("version", ""))
        return Filled(
            {**typed, "version": version},
            theirs=theirs,
            conflict=str(problem.detail),
            status=problem.status,
        )


def localized_fields(name: str, languages: Sequence[str], limit: int) -> Localized:
    """A localised text from the fields `NAME_es`, `NAME_gl` …; the agency's own is needed.

    Raises:
        Invalid: the own one is missing, or one is too long.
    """
    texts = {}
    for number, tag in enumerate(languages):
        typed = request.form.get(f"{name}_{tag}", "")
        if number == 0 or typed.strip():
            texts[tag] = required_line(typed, f"{name}_{tag}", limit)
    return Localized(texts)


def localized_values(name: str, text: Localized, languages: Sequence[str]) -> dict[str, str]:
    """The fields of a localised text, as they are filled in at first."""
    return {f"{name}_{tag}": text.get(tag, "") for tag in languages_of(text, languages)}


def languages_of(text: Localized | None, languages: Sequence[str]) -> list[str]:
    """The languages in which a text is asked for: the agency's, then others that it has."""
    return list(dict.fromkeys([*languages, *(text or ())]))


def _by_field(problem: Invalid) -> dict[str, str]:
    return {name.replace(".", "_"): str(words) for name, words in problem.errors.items()}
