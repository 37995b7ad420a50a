"""Sentences on how a file was read, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from intranet.platform.core.i18n import _, ngettext


def note(code: str, about: Mapping[str, Any]) -> str:
    """Return the sentence of a note."""
    count = int(about.get("count", 0))
    sentences = {
        "header_line": lambda: _(
            "The names of the columns are on line %(line)s.", line=about.get("line", 0)
        ),
        "header_double": lambda: _(
            "The names of the columns are on lines %(first)s and %(line)s.",
            first=about.get("first", 0),
            line=about.get("line", 0),
        ),
        "sheet_chosen": lambda: _(
            "The sheet “%(sheet)s” is read. Other sheets are not: %(others)s.",
            sheet=about.get("sheet", ""),
            others=about.get("others", ""),
        ),
        "sheet_hidden": lambda: _(
            "The sheet “%(sheet)s” is read, although it is hidden.",
            sheet=about.get("sheet", ""),
        ),
        "sheets_hidden": lambda: _(
            "The file has hidden sheets: %(others)s. They are not read.",
            others=about.get("others", ""),
        ),
        "formulas": lambda: ngettext(
            "%(num)s cell has a formula without a result and is read as empty. Open the file, "
            "save it and send it again.",
            "%(num)s cells have a formula without a result and are read as empty. Open the file, "
            "save it and send it again.",
            count,
        ),
        "errors": lambda: _errors(count),
        "errors_written": lambda: _errors(count),
        "national_ids": lambda: _(
            "Identity numbers are not stored: %(columns)s.", columns=about.get("columns", "")
        ),
        "totals": lambda: ngettext(
            "%(num)s line with a total was left out: “%(text)s”.",
            "%(num)s lines with totals were left out. The last one is “%(text)s”.",
            count,
            text=about.get("text", ""),
        ),
        "example": lambda: _("The example line of the template was left out."),
        "headers_again": lambda: ngettext(
            "%(num)s line that repeats the names of the columns was left out.",
            "%(num)s lines that repeat the names of the columns were left out.",
            count,
        ),
    }
    return sentences[code]() if code in sentences else ""


def _errors(count: int) -> str:
    return ngettext(
        "%(num)s cell has an error such as #N/A and is read as empty.",
        "%(num)s cells have an error such as #N/A and are read as empty.",
        count,
    )
