"""Why a line was rejected or a file refused, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from intranet.core.i18n import _


@dataclass(frozen=True)
class Reason:
    """In a few words, and what to know about this line."""

    short: str
    more: str = ""

    def __str__(self) -> str:
        """Both, on one line."""
        return f"{self.short}: {self.more}" if self.more else f"{self.short}."


def refusal(code: str, about: Mapping[str, Any]) -> str:
    """Why a file was not taken, and what to do."""
    sentences = {
        "empty": _("The file is empty."),
        "binary": _("This is no text and no sheet. Save it as CSV, XLSX or ODS."),
        "old_sheet": _("This is an old kind of sheet. Save it as XLSX or ODS."),
        "sheet_damaged": _("The sheet cannot be opened: it is damaged or locked by a password."),
        "sheet_too_large": _("The sheet is too large to open. Save it as CSV."),
        "line_too_long": _("The first line is longer than any header. Is it the right file?"),
        "quote_not_closed": _("The first line has a quotation mark that is never closed."),
        "columns_missing": _("Columns are missing: %(columns)s.", columns=about.get("columns", "")),
        "column_twice": _("The column %(column)s is there twice.", column=about.get("column", "")),
        "too_many_lines": _(
            "The file has more than %(limit)s lines. Divide it.", limit=about.get("limit", 0)
        ),
        "rights": _("Whoever applied it no longer administers the agency. It stopped there."),
    }
    return sentences.get(code) or _("The file cannot be taken.")


def reason(code: str, about: Mapping[str, Any]) -> Reason:
    """Why a line was rejected."""
    found = _of_cells(code, about) or _of_lines(code, about) or _of_people(code, about)
    return found or Reason(_("It could not be applied"), _("Try it again, or look at its cells."))


def _of_cells(code: str, about: Mapping[str, Any]) -> Reason | None:
    value = str(about.get("value", ""))
    reasons = {
        "missing": Reason(_("A cell is empty that is needed")),
        "formula": Reason(_("Begins like a formula"), value),
        "characters": Reason(_("Holds characters that cannot be stored")),
        "too_long": Reason(
            _("Too long"), _("At most %(limit)s characters.", limit=about.get("limit", 0))
        ),
        "code": Reason(_("No code"), value),
        "date": Reason(_("No date"), _("%(value)s; write 2026-12-01 or 01/12/2026.", value=value)),
        "yes_or_no": Reason(_("Neither yes nor no"), value),
        "number": Reason(
            _(
                "No number from %(least)s to %(most)s",
                least=about.get("least"),
                most=about.get("most"),
            ),
            value,
        ),
        "choice": Reason(
            _("Not one of the words"),
            _("%(value)s; known are %(known)s.", value=value, known=about.get("known", "")),
        ),
        "language": Reason(_("No language"), value),
        "email": Reason(_("No e-mail address"), value),
        "staff_number": Reason(_("No staff number"), value),
        "handle": Reason(_("Only small letters without accents, digits and hyphens"), value),
        "function_unknown": Reason(_("No such function"), value),
        "line_too_long": Reason(_("The line is longer than can be read")),
        "quote_not_closed": Reason(_("A quotation mark is never closed")),
        "cells": Reason(_("More cells than columns")),
    }
    return reasons.get(code)


def _of_lines(code: str, about: Mapping[str, Any]) -> Reason | None:
    value = str(about.get("value", ""))
    line = about.get("line", 0)
    reasons = {
        "twice": Reason(_("Twice in this file"), _("First in line %(line)s.", line=line)),
        "contradicts": Reason(
            _("Contradicts an earlier line"), _("Line %(line)s says otherwise.", line=line)
        ),
        "dates_reversed": Reason(
            _("Dates the wrong way round"),
            _(
                "It ends on %(last)s and begins on %(first)s.",
                last=about.get("last", ""),
                first=about.get("first", ""),
            ),
        ),
        "operator_only": Reason(_("Only who runs the server imports this")),
        "not_yours": Reason(_("Not of your agency"), value),
        "agency_unknown": Reason(_("There is no such agency"), value),
        "agency_ambiguous": Reason(_("Several agencies are called so"), value),
        "handle_taken": Reason(_("Another agency has this short name"), value),
        "is_root": Reason(_("This code is the agency itself")),
        "cycle": Reason(_("The units stand below each other in a circle")),
        "too_deep": Reason(
            _("Too deep"), _("At most %(limit)s levels.", limit=about.get("limit", 0))
        ),
        "parent_unknown": Reason(_("There is no unit with this code"), value),
        "root_unknown": Reason(_("It does not say which administration it belongs to"), value),
        "not_empty": Reason(
            _("The unit is not empty"),
            _(
                "%(posts)s posts and %(units)s units are left in it.",
                posts=about.get("posts", 0),
                units=about.get("units", 0),
            ),
        ),
        "unit_unknown": Reason(_("There is no unit with this code"), value),
        "unit_ambiguous": Reason(_("Several units are called so"), value),
        "unit_ended": Reason(_("The unit has ended"), value),
    }
    return reasons.get(code)


def _of_people(code: str, about: Mapping[str, Any]) -> Reason | None:
    value = str(about.get("value", ""))
    reasons = {
        "no_identity": Reason(_("Neither e-mail nor staff number")),
        "identity_twice": Reason(
            _("The same e-mail or number twice"),
            _(
                "Line %(line)s has it already: %(name)s.",
                line=about.get("line", 0),
                name=about.get("name", ""),
            ),
        ),
        "two_people": Reason(_("E-mail and staff number are two people's"), value),
        "email_used": Reason(_("This e-mail address cannot be used"), value),
        "name_ambiguous": Reason(
            _("Several people are called so"), _("Give an e-mail or a staff number.")
        ),
        "post_unknown": Reason(_("There is no post with this code"), value),
        "post_ambiguous": Reason(_("Several agencies have a post with this code"), value),
        "agency_needed": Reason(_("It does not say of which agency"), _("Give a post.")),
        "post_begins": Reason(
            _("The post does not exist yet"), _("It begins on %(day)s.", day=about.get("day", ""))
        ),
        "post_ends": Reason(
            _("The post ends before"), _("It ends on %(day)s.", day=about.get("day", ""))
        ),
        "places_taken": Reason(
            _("All places are taken"),
            _("The post has %(count)s; others hold it then.", count=about.get("count", 0)),
        ),
        "places_held": Reason(
            _("Fewer places than people"), _("%(count)s hold it.", count=about.get("count", 0))
        ),
    }
    return reasons.get(code)
