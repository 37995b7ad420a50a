"""Say how each column of a file was understood, in the reader's language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from intranet.administration.imports.columns import ImportKind
from intranet.administration.imports.guessing import IDENTITY, MIN_SHARE, about
from intranet.platform.core.i18n import _, ngettext


class Tone(StrEnum):
    """How well a column was understood."""

    OK = "ok"
    ASK = "ask"
    LOST = "lost"


@dataclass(frozen=True)
class Understanding:
    """A sentence on a column."""

    tone: Tone
    text: str


def understanding(
    kind: ImportKind, column: Mapping[str, Any], role: str | None, rival: str = ""
) -> Understanding:
    """Return what was understood of a column, if it is what `role` says.

    Args:
        rival: the heading of another column that was taken for what this one may be too.
    """
    if not role and rival and column["filled"]:
        taken = _("“%(heading)s” is taken for this.", heading=rival)
        return Understanding(Tone.ASK if role is None else Tone.LOST, f"{taken} {_lost(column)}.")
    if role is None:
        return Understanding(Tone.ASK, _("What is it?"))
    if not role:
        return Understanding(Tone.LOST, _lost(column))
    if not column["filled"]:
        return Understanding(Tone.ASK, _("The column is empty"))
    look = _LOOKS.get(role) or _MORE.get((kind, role))
    return look(column) if look else Understanding(Tone.OK, _filled(column))


def _lost(column: Mapping[str, Any]) -> str:
    what = about(column["heading"])
    if what == IDENTITY or column["documents"] > column["filled"] * MIN_SHARE:
        return _("Not kept. It is not needed.")
    if not column["filled"]:
        return _("The column is empty")
    sentences = {
        "payroll": _("Lost: payroll data"),
        "birth": _("Lost: date of birth or age"),
        "address": _("Lost: postal address"),
        "bank": _("Lost: bank account"),
        "sex": _("Lost: sex"),
        "row": _("Lost: numbers of the lines"),
    }
    return sentences.get(what) or ngettext(
        "Lost: %(num)s value", "Lost: %(num)s values", column["filled"]
    )


def _filled(column: Mapping[str, Any]) -> str:
    if column["empty"]:
        return _("%(filled)s filled in, %(empty)s empty", **_numbers(column))
    return ngettext("%(num)s value", "%(num)s values", column["filled"])


def _numbers(column: Mapping[str, Any]) -> dict[str, int]:
    return {"filled": column["filled"], "empty": column["empty"]}


def _name(column: Mapping[str, Any]) -> Understanding:
    unsure = column.get("unsure_count", 0)
    if unsure:
        text = _(
            "%(clear)s clear, %(unsure)s unsure", clear=column["distinct"] - unsure, unsure=unsure
        )
        return Understanding(Tone.OK, text)
    return Understanding(Tone.OK, ngettext("%(num)s name", "%(num)s names", column["distinct"]))


def _distinct(column: Mapping[str, Any]) -> Understanding:
    text = ngettext("%(num)s different value", "%(num)s different values", column["distinct"])
    return Understanding(Tone.OK, text)


def _email(column: Mapping[str, Any]) -> Understanding:
    wrong = column["filled"] - column["emails"]
    if wrong:
        text = ngettext(
            "%(num)s is not an e-mail address", "%(num)s are not e-mail addresses", wrong
        )
        return Understanding(Tone.ASK, text)
    if column["empty"]:
        text = _("%(filled)s; %(empty)s without a mailbox", **_numbers(column))
        return Understanding(Tone.OK, text)
    return Understanding(
        Tone.OK, ngettext("%(num)s address", "%(num)s addresses", column["filled"])
    )


def _day(column: Mapping[str, Any]) -> Understanding:
    wrong = column["filled"] - column["days"]
    if wrong:
        return Understanding(
            Tone.ASK, ngettext("%(num)s is not a date", "%(num)s are not dates", wrong)
        )
    return Understanding(Tone.OK, _("Day, month and year"))


def _head(column: Mapping[str, Any]) -> Understanding:
    wrong = column["filled"] - column["yes"]
    if wrong:
        text = ngettext("%(num)s is not yes or no", "%(num)s are not yes or no", wrong)
        return Understanding(Tone.ASK, text)
    return Understanding(Tone.OK, _("Yes or no"))


def _existing(column: Mapping[str, Any], name: str, *, makes: bool) -> Understanding:
    there = column.get(name, 0)
    missing = column["filled"] - there
    if not missing:
        return Understanding(Tone.OK, _("All of them exist"))
    if makes:
        return Understanding(
            Tone.OK,
            _("%(there)s exist, %(new)s will be created", there=there, new=missing)
            if there
            else ngettext("%(num)s line with new ones", "%(num)s lines with new ones", missing),
        )
    return Understanding(
        Tone.ASK, ngettext("%(num)s does not exist", "%(num)s do not exist", missing)
    )


def _agency(column: Mapping[str, Any]) -> Understanding:
    missing = column["filled"] - column.get("agencies", 0)
    if missing:
        text = ngettext("%(num)s is not your agency", "%(num)s are not your agency", missing)
        return Understanding(Tone.ASK, text)
    return Understanding(Tone.OK, _("Your agency"))


_Look = Callable[[Mapping[str, Any]], Understanding]
_LOOKS: dict[str, _Look] = {
    "email": _email,
    "staff_number": _distinct,
    "from": _day,
    "to": _day,
    "valid_from": _day,
    "valid_to": _day,
    "day": _day,
    "head": _head,
    "agency": _agency,
    "agency_code": _agency,
    "unit_code": lambda column: _existing(column, "unit_codes", makes=False),
    "post_code": lambda column: _existing(column, "post_codes", makes=False),
    "unit": lambda column: _existing(column, "unit_texts", makes=True),
    "post": lambda column: _existing(column, "post_titles", makes=True),
}
_MORE: dict[tuple[ImportKind, str], _Look] = {
    (ImportKind.PEOPLE, "name"): _name,
    (ImportKind.STAFF, "name"): _name,
    (ImportKind.UNITS, "code"): lambda column: _existing(column, "unit_codes", makes=True),
    (ImportKind.POSTS, "code"): lambda column: _existing(column, "post_codes", makes=True),
}
