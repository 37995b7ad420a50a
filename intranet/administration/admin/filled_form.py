"""A form as the person filled it in, so that their input survives errors and conflicts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import request

from intranet.platform.core import refused
from intranet.platform.core.errors import Conflict, Invalid
from intranet.platform.core.parsing import required_line
from intranet.platform.core.refused import Decorator, View
from intranet.platform.core.types import Localized


@dataclass(frozen=True)
class Filled:
    """The values of a form's fields, and its errors.

    `theirs` is what another person saved in the meantime, by field; `conflict` is the message.
    """

    values: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    theirs: Mapping[str, str] = field(default_factory=dict)
    conflict: str = ""

    def __getitem__(self, name: str) -> str:
        """Return the text of a field."""
        return self.values.get(name, "")


def again(page: View) -> Decorator:
    """Show the page of a form again when its form is invalid or was changed meanwhile."""
    return refused.again(page, on=(Invalid, Conflict))


def filled(
    stored: Mapping[str, str] | None = None,
    *,
    suggested: Mapping[str, str] | None = None,
    sent_to: str = "",
) -> Filled:
    """Return the form of a page: as stored, or as it was typed if it has just been refused.

    Args:
        stored: the stored values of the fields, `version` among them. After a conflict the form
            gets the new version: a person who saves again has seen the other person's changes.
        suggested: first values of fields for which nothing is stored.
        sent_to: the view that the form is sent to, on a page with several forms.
    """
    stored = stored or {}
    problem = refused.refusal()
    if problem is None or (sent_to and request.endpoint != f"{request.blueprint}.{sent_to}"):
        return Filled({**(suggested or {}), **stored})
    typed = request.form.to_dict()
    if isinstance(problem, Invalid):
        return Filled(typed, errors=_by_field(problem))
    theirs = {name: text for name, text in stored.items() if typed.get(name, "") != text}
    version = theirs.pop("version", typed.get("version", ""))
    conflict = str(problem.detail)
    return Filled({**typed, "version": version}, theirs=theirs, conflict=conflict)


def localized_fields(name: str, languages: Sequence[str], limit: int) -> Localized:
    """Return a localised text from its fields, such as `NAME_es` and `NAME_gl`.

    The text in the agency's own language is required.

    Raises:
        Invalid: that text is missing, or a text is too long.
    """
    texts = {}
    for number, tag in enumerate(languages):
        typed = request.form.get(f"{name}_{tag}", "")
        if number == 0 or typed.strip():
            texts[tag] = required_line(typed, f"{name}_{tag}", limit)
    return Localized(texts)


def localized_values(name: str, text: Localized, languages: Sequence[str]) -> dict[str, str]:
    """Return the initial values of the fields of a localised text."""
    return {f"{name}_{tag}": text.get(tag, "") for tag in languages_of(text, languages)}


def languages_of(text: Localized | None, languages: Sequence[str]) -> list[str]:
    """Return the languages to ask a text in: the agency's, then others that the text has."""
    return list(dict.fromkeys([*languages, *(text or ())]))


def _by_field(problem: Invalid) -> dict[str, str]:
    return {name.replace(".", "_"): str(words) for name, words in problem.errors.items()}
