"""A spreadsheet for each kind of file: its columns, an example, and lists of allowed values."""

import io
from collections.abc import Mapping
from functools import partial

from flask_babel import get_locale

from intranet.administration.imports.columns import LAYOUTS, ImportKind
from intranet.administration.imports.headers import LANGUAGES
from intranet.administration.imports.labels import column_name
from intranet.administration.imports.table_lines import (
    EXAMPLE_EMAIL,
    EXAMPLE_POST,
    EXAMPLE_UNIT,
)
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import AppointmentKind
from intranet.platform.core import clock
from intranet.platform.core.i18n import _

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_WITH_LISTS = 5000
TEXT = 49
"""The number format of text, by which codes keep their leading zeros."""

MIN_WIDTH = 14
_YES_NO = {"es": "sí|no", "ca": "sí|no", "gl": "si|non", "eu": "bai|ez", "en": "yes|no"}


def template(kind: ImportKind, agency: Agency) -> bytes:
    """Return a workbook with the columns of a kind, in the reader's language, and an example.

    Every cell is text, so that codes and numbers keep their leading zeros. Columns that an agency's
    own administration does not need are left out.
    """
    import xlsxwriter  # noqa: PLC0415 - a library for rare work

    layout = LAYOUTS[kind]
    examples, lists = _examples(kind, agency), _lists(agency)
    columns = [name for name in layout.known if name in examples]
    needed = {*layout.required, *(some[0] for some in layout.either)}
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        text = book.add_format({"num_format": TEXT})
        heading = book.add_format({"bold": True, "bottom": 1, "num_format": TEXT})
        plain_heading = book.add_format({"bottom": 1, "num_format": TEXT})
        sheet = book.add_worksheet(kind.value)
        sheet.freeze_panes(1, 0)
        for place, name in enumerate(columns):
            title, example = column_name(name), examples[name]
            width = max(MIN_WIDTH, len(title) + 2, len(example) + 2)
            sheet.set_column(place, place, width, text)
            sheet.write_string(0, place, title, heading if name in needed else plain_heading)
            sheet.write_string(1, place, example, text)
            if name in lists:
                sheet.data_validation(
                    1,
                    place,
                    ROWS_WITH_LISTS,
                    place,
                    {"validate": "list", "source": lists[name], "error_type": "warning"},
                )
        sheet.write_comment(1, 0, _("This line is an example. Replace it with yours."))
    return out.getvalue()


def _examples(kind: ImportKind, agency: Agency) -> Mapping[str, str]:
    """Return the example line. The codes in it belong together across the kinds."""
    today = clock.today(agency.time_zone)
    first = today.replace(day=1).isoformat()
    day = partial("{} {}".format, today.isoformat())
    people = {
        "name": "Ane Etxeberria Roig",
        "email": EXAMPLE_EMAIL,
        "staff_number": "00412",
        "appointment": AppointmentKind.HOLDER.value,
        "from": first,
        "to": "",
        "languages": " ".join(agency.languages),
        "phone": "204",
    }
    return {
        ImportKind.AGENCIES: {"code": agency.code, "name": agency.name.text(agency.language)}
        | {"lang": agency.language},
        ImportKind.UNITS: {"code": EXAMPLE_UNIT, "name": _("Licences"), "parent_code": "URB"}
        | {"lang": agency.language, "valid_from": first, "valid_to": ""},
        ImportKind.POSTS: {"code": EXAMPLE_POST, "title": _("Head of licences")}
        | {
            "unit_code": EXAMPLE_UNIT,
            "lang": agency.language,
            "level": "3",
            "head": _yes_no()[0],
            "places": "1",
        }
        | {"valid_from": first, "valid_to": ""},
        ImportKind.PEOPLE: {**people, "post_code": EXAMPLE_POST},
        ImportKind.STAFF: {**people, "post": _("Head of licences"), "unit": _("Licences")}
        | {"head": _yes_no()[0]},
        ImportKind.DUTIES: {"from": day("22:00"), "to": day("23:30"), "staff_number": "00412"}
        | {"email": EXAMPLE_EMAIL, "note": ""},
    }[kind]


def _lists(agency: Agency) -> Mapping[str, list[str]]:
    """Return the allowed values of the columns that have few."""
    return {
        "head": _yes_no(),
        "appointment": [kind.value for kind in AppointmentKind],
        "level": ["1", "2", "3", "4", "5"],
        "lang": list(dict.fromkeys([*agency.languages, *LANGUAGES])),
    }


def _yes_no() -> list[str]:
    locale = get_locale()
    language = locale.language if locale else "en"
    return _YES_NO.get(language, _YES_NO["en"]).split("|")
