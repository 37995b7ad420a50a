"""Days as people write them: `2026-05-04`, `4/5/2026`, `2026-05`, `2026`, `yesterday`, `ayer`."""

import re
from datetime import date, timedelta

from intranet.platform.core.parsing import FIRST_DAY, LAST_DAY
from intranet.platform.core.text import fold

DAYS_AGO = {
    **dict.fromkeys(("today", "hoy", "avui", "hoxe", "gaur"), 0),
    **dict.fromkeys(("yesterday", "ayer", "ahir", "onte", "atzo"), 1),
}
YESTERDAY = {"en": "yesterday", "es": "ayer", "ca": "ahir", "gl": "onte", "eu": "atzo"}

_YEAR_FIRST = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?", re.ASCII)
_DAY_FIRST = re.compile(r"(?:(\d{1,2})[-/.])?(\d{1,2})[-/.](\d{4})", re.ASCII)


def first_day(text: str, today: date) -> date | None:
    """Return the day, or the first day of the month or year, that a text means, if any."""
    text = text.strip()
    if (ago := DAYS_AGO.get(fold(text))) is not None:
        return today - timedelta(days=ago)
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = found.groups()
    elif found := _DAY_FIRST.fullmatch(text):
        day, month, year = found.groups()
    else:
        return None
    try:
        meant = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return meant if FIRST_DAY <= meant <= LAST_DAY else None
