"""Texts for rejected lines and refused files, in the reader's language."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import get_locale

from intranet.administration.imports.columns import LAYOUTS, ImportKind
from intranet.administration.imports.headers import display_name
from intranet.organisation.agencies.labels import function_name
from intranet.organisation.agencies.own_places import SOMEONE_ELSE
from intranet.organisation.people.operations.empowering import ANEW
from intranet.platform.core.dates import day
from intranet.platform.core.i18n import _


@dataclass(frozen=True)
class ImportReason:
    """A short reason, and the details of this line."""

    short: str
    more: str = ""

    def __str__(self) -> str:
        """Return the reason and its details on one line."""
        return f"{self.short}: {self.more}" if self.more else f"{self.short}."


Reasons = dict[str, Callable[[], ImportReason]]
"""Functions, so that only the needed text is translated: there may be 200,000 lines."""


def refusal(code: str, about: Mapping[str, Any]) -> str:
    """Return why a file was refused, and what to do."""
    sentences = {
        "empty": _("The file is empty."),
        "binary": _("This is not a text file or a spreadsheet. Save it as CSV, XLSX or ODS."),
        "old_sheet": _("This spreadsheet format is too old. Save it as XLSX or ODS."),
        "sheet_damaged": _(
            "The spreadsheet cannot be opened. It is damaged or password-protected."
        ),
        "sheet_too_large": _("The spreadsheet is too large to open. Save it as CSV."),
        "calendar_damaged": _("The calendar cannot be read. Export it again as .ics."),
        "calendar_too_large": _("The calendar is too large. Export fewer months."),
        "not_opened": _("The server cannot open the file right now. Send it again later."),
        "line_too_long": _(
            "The first line is too long to be a header. Check that this is the right file."
        ),
        "quote_not_closed": _("The first line has a quotation mark that is never closed."),
        "columns_missing": _("Columns are missing: %(columns)s.", columns=_columns(about)),
        "column_twice": _("The column %(column)s appears twice.", column=about.get("column", "")),
        "too_many_lines": _(
            "The file has more than %(limit)s lines. Split it into smaller files.",
            limit=about.get("limit", 0),
        ),
        "for_others": str(SOMEONE_ELSE),
        "rights": _(
            "The person who applied the import is no longer an administrator of the "
            "agency, so the import stopped."
        ),
    }
    return sentences.get(code) or _("The file cannot be imported.")


def reason(code: str, about: Mapping[str, Any]) -> ImportReason:
    """Return why a line was rejected."""
    for reasons in (_of_cells(about), _of_lines(about), _of_people(about)):
        if code in reasons:
            return reasons[code]()
    return ImportReason(
        _("The changes on this line could not be applied"),
        _("Try again, or check the cells in this line."),
    )


def column_name(column: str) -> str:
    """Return the name of a column in the reader's language."""
    locale = get_locale()
    return display_name(column, locale.language if locale else "en")


def role_name(kind: ImportKind, column: str) -> str:
    """Return what a column of a kind of file is called where a person chooses it."""
    if column == "name" and "surname" in LAYOUTS[kind].known:
        return _("full name")
    return column_name(column)


def _columns(about: Mapping[str, Any]) -> str:
    named = about.get("columns", ())
    if isinstance(named, str):  # stored before the names were kept separately
        return named
    return column_list(named)


def column_list(named: Iterable[str]) -> str:
    """Return the names of columns in the reader's language; alternatives stand side by side."""
    return ", ".join(" / ".join(map(column_name, each.split("|"))) for each in named)


def _day(about: Mapping[str, Any], name: str) -> str:
    """Format a day stored as `2026-12-01` for the reader."""
    return day(date.fromisoformat(about[name])) if about.get(name) else ""


def _of_cells(about: Mapping[str, Any]) -> Reasons:
    value = str(about.get("value", ""))
    return {
        "missing": lambda: ImportReason(_("A required cell is empty")),
        "characters": lambda: ImportReason(
            _("The value contains characters that cannot be stored")
        ),
        "too_long": lambda: ImportReason(
            _("The text is too long"),
            _("Use at most %(limit)s characters.", limit=about.get("limit", 0)),
        ),
        "code": lambda: ImportReason(_("Not a valid code"), value),
        "date": lambda: ImportReason(
            _("Not a valid date"),
            _("%(value)s: write the date as 2026-12-01 or 01/12/2026.", value=value),
        ),
        "time": lambda: ImportReason(
            _("Not a valid time"),
            _("%(value)s: write the time as 22:00 or 2026-12-24 22:00.", value=value),
        ),
        "yes_or_no": lambda: ImportReason(_("The value must be yes or no"), value),
        "number": lambda: ImportReason(
            _(
                "Not a number between %(least)s and %(most)s",
                least=about.get("least"),
                most=about.get("most"),
            ),
            value,
        ),
        "choice": lambda: ImportReason(
            _("Not an accepted value"),
            _(
                "“%(value)s” is not accepted. Accepted values: %(known)s.",
                value=value,
                known=about.get("known", ""),
            ),
        ),
        "language": lambda: ImportReason(_("Not a valid language"), value),
        "email": lambda: ImportReason(_("Not a valid e-mail address"), value),
        "staff_number": lambda: ImportReason(_("Not a valid staff number"), value),
        "handle": lambda: ImportReason(
            _("Use only unaccented lower-case letters, digits and hyphens"), value
        ),
        "function_unknown": lambda: ImportReason(
            _("There is no such function"),
            _(
                "“%(value)s”. The nearest is “%(name)s” (%(code)s).",
                value=value,
                name=function_name(str(about["near"])),
                code=about["near"],
            )
            if about.get("near")
            else value,
        ),
        "functions_many": lambda: ImportReason(
            _("The post has too many functions"),
            _("The limit is %(limit)s functions.", limit=about.get("limit", 0)),
        ),
        "line_too_long": lambda: ImportReason(_("The line is too long to be read")),
        "quote_not_closed": lambda: ImportReason(_("A quotation mark is never closed")),
        "cells": lambda: ImportReason(_("The line has more cells than columns")),
    }


def _of_lines(about: Mapping[str, Any]) -> Reasons:
    value = str(about.get("value", ""))
    line = about.get("line", 0)
    return {
        "twice": lambda: ImportReason(
            _("The same entry appears twice in this file"),
            _("The first occurrence is on line %(line)s.", line=line),
        ),
        "contradicts": lambda: ImportReason(
            _("This line contradicts an earlier line"),
            _("Line %(line)s has different data.", line=line),
        ),
        "dates_reversed": lambda: ImportReason(
            _("The dates are in the wrong order"),
            _(
                "The end date is %(last)s and the start date is %(first)s.",
                last=_day(about, "last"),
                first=_day(about, "first"),
            ),
        ),
        "day_missing": lambda: ImportReason(_("The date is missing")),
        "ends_before": lambda: ImportReason(_("The end is before the start"), value),
        "lasts_too_long": lambda: ImportReason(
            _("A single duty period cannot be this long"),
            _("The limit is %(days)s days.", days=about.get("days", 0)),
        ),
        "is_over": lambda: ImportReason(_("The date is already in the past"), value),
        "repeats": lambda: ImportReason(
            _("The repeat rule cannot be read"),
            _("Export each day as a separate event."),
        ),
        "operator_only": lambda: ImportReason(
            _("Only the people who run the server can import this")
        ),
        "not_yours": lambda: ImportReason(_("This item does not belong to your agency"), value),
        "agency_unknown": lambda: ImportReason(_("There is no such agency"), value),
        "agency_ambiguous": lambda: ImportReason(_("Several agencies have this name"), value),
        "handle_taken": lambda: ImportReason(_("Another agency has this short name"), value),
        "is_root": lambda: ImportReason(_("This code belongs to the agency itself")),
        "cycle": lambda: ImportReason(_("The units depend on each other in a loop")),
        "too_deep": lambda: ImportReason(
            _("There are too many levels of units"),
            _("The limit is %(limit)s levels.", limit=about.get("limit", 0)),
        ),
        "parent_unknown": lambda: ImportReason(_("There is no unit with this code"), value),
        "root_unknown": lambda: ImportReason(_("The administration is missing"), value),
        "not_empty": lambda: ImportReason(
            _("The unit is not empty"),
            _(
                "Posts still in the unit: %(posts)s. Units still in it: %(units)s.",
                posts=about.get("posts", 0),
                units=about.get("units", 0),
            ),
        ),
        "unit_unknown": lambda: ImportReason(_("There is no unit with this code"), value),
        "unit_ambiguous": lambda: ImportReason(_("Several units have this name"), value),
        "unit_ended": lambda: ImportReason(_("The unit has ended"), value),
    }


def _of_people(about: Mapping[str, Any]) -> Reasons:
    value = str(about.get("value", ""))
    return {
        "no_identity": lambda: ImportReason(_("No e-mail address or staff number")),
        "identity_twice": lambda: ImportReason(
            _("The same e-mail address or staff number appears twice"),
            _(
                "Line %(line)s already contains this entry: %(name)s.",
                line=about.get("line", 0),
                name=about.get("name", ""),
            ),
        ),
        "person_unknown": lambda: ImportReason(
            _("Nobody who holds a post in your agency has this staff number or e-mail address"),
            value,
        ),
        "two_people": lambda: ImportReason(
            _("The e-mail address and the staff number belong to different people"), value
        ),
        "email_used": lambda: ImportReason(_("This e-mail address cannot be used"), value),
        "name_ambiguous": lambda: ImportReason(
            _("Several people have this name"), _("Enter an e-mail address or a staff number.")
        ),
        "post_unknown": lambda: ImportReason(_("There is no post with this code"), value),
        "post_ambiguous": lambda: ImportReason(
            _("Several agencies have a post with this code"), value
        ),
        "agency_needed": lambda: ImportReason(_("The agency is missing"), _("Enter a post.")),
        "post_begins": lambda: ImportReason(
            _("The post does not exist yet"),
            _("The start date is %(day)s.", day=_day(about, "day")),
        ),
        "post_ends": lambda: ImportReason(
            _("The post ends before this date"),
            _("The end date is %(day)s.", day=_day(about, "day")),
        ),
        "needs_administrator": lambda: ImportReason(
            _("The post has a role in the agency"),
            _("Only an administrator fills, changes or ends it."),
        ),
        "post_with_role": lambda: ImportReason(_("The post has a role in the agency"), str(ANEW)),
        "own_appointment": lambda: ImportReason(
            _("This is your own appointment"), _("Someone else has to decide on it.")
        ),
        "for_others": lambda: ImportReason(
            _("This moves your own post, or lets you read more"),
            _("Someone else has to decide on it."),
        ),
        "last_administrator": lambda: ImportReason(
            _("The agency would have no administrator"),
            _("Give the role to another post first."),
        ),
        "places_taken": lambda: ImportReason(
            _("All places in the post are taken"),
            _(
                "Number of places in the post: %(count)s. Other people hold all of "
                "them on those days.",
                count=about.get("count", 0),
            ),
        ),
        "places_held": lambda: ImportReason(
            _("The post has fewer places than people"),
            _("%(count)s people hold the post.", count=about.get("count", 0)),
        ),
    }
