"""Read a day as people and programs write it, with months in the languages of our users."""

import re
from contextlib import suppress
from datetime import date, timedelta

from intranet.platform.core.text import fold

_TIME = r"(?:[T ,]+\d{1,2}[:.]\d{2}.*)?"
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})" + _TIME)
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_DAY_FIRST = re.compile(r"(\d{1,2}) ?[/.-] ?(\d{1,2}) ?[/.-] ?(\d{4}|\d{2})" + _TIME)
_WORDS = re.compile(r"(\d{1,2})(?: de| d)? ([a-z]+)\.?(?: de| del| de l any)? (\d{4}|\d{2})")
_BASQUE = re.compile(r"(\d{4})(?:ko)? ([a-z]+?)(?:aren|ren)? (\d{1,2})(?:a|an|ean)?")
_WEEKDAY = re.compile(r"^[^\W\d_]+ ?, ?")
_SERIAL = re.compile(r"(\d{5})(?:[.,]\d+)?")
_SERIAL_BEGINS, _SERIAL_ENDS = 18_264, 73_050
"""Days since 1899-12-30, as spreadsheets count: from 1950 to the end of 2099."""

_EPOCH = date(1899, 12, 30)
_CENTURY = 100
_MONTHS = (
    ("enero", "gener", "xaneiro", "urtarril", "january", "janvier", "janeiro"),
    ("febrero", "febrer", "febreiro", "otsail", "february", "fevrier", "fevereiro"),
    ("marzo", "marc", "martxo", "march", "mars", "marco"),
    ("abril", "apiril", "april", "avril"),
    ("mayo", "maig", "maio", "maiatz", "may", "mai"),
    ("junio", "juny", "xuno", "ekain", "june", "juin", "junho"),
    ("julio", "juliol", "xullo", "uztail", "july", "juillet", "julho"),
    ("agosto", "agost", "abuztu", "august", "aout"),
    ("septiembre", "setiembre", "setembre", "setembro", "irail", "september", "septembre"),
    ("octubre", "outubro", "urri", "october", "octobre"),
    ("noviembre", "novembre", "novembro", "azaro", "november"),
    ("diciembre", "desembre", "decembro", "abendu", "december", "decembre", "dezembro"),
)
_LETTERS = 3


def written_day(text: str, latest_year: int) -> date | None:
    """Return the day that a text means; None if it is none.

    `2026-12-01`, `01/03/19`, `15.06.2021`, `1 de marzo de 2019`, `1 d'abril de 2019`,
    `2019ko martxoaren 1a`, and the number of a day in a spreadsheet, 43525.

    Args:
        latest_year: a year of two digits is not after this one.
    """
    text = _WEEKDAY.sub("", text.strip())
    year: str
    if (found := _ISO.fullmatch(text)) or (found := _COMPACT.fullmatch(text)):
        year, month, number = found[1], int(found[2]), int(found[3])
    elif found := _DAY_FIRST.fullmatch(text):
        year, month, number = found[3], int(found[2]), int(found[1])
    elif found := _SERIAL.fullmatch(text):
        serial = int(found[1])
        in_range = _SERIAL_BEGINS <= serial <= _SERIAL_ENDS
        return _EPOCH + timedelta(days=serial) if in_range else None
    elif found := _WORDS.fullmatch(folded := fold(text)):
        year, month, number = found[3], _month(found[2]), int(found[1])
    elif found := _BASQUE.fullmatch(folded):
        year, month, number = found[1], _month(found[2]), int(found[3])
    else:
        return None
    with suppress(ValueError):
        return date(_whole_year(int(year), latest_year), month, number)
    return None


def _whole_year(year: int, latest: int) -> int:
    if year >= _CENTURY:
        return year
    century = latest - latest % _CENTURY
    return century + year if century + year <= latest else century - _CENTURY + year


def _month(word: str) -> int:
    """Return the number of a month by its name or its first letters; 0 if it is none."""
    for number, names in enumerate(_MONTHS, 1):
        if word in names:
            return number
    starting = {
        number
        for number, names in enumerate(_MONTHS, 1)
        for name in names
        if len(word) >= _LETTERS and name.startswith(word)
    }
    return starting.pop() if len(starting) == 1 else 0
