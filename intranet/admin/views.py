"""Every page of administration, hung on one blueprint."""

from intranet.admin import (
    administrators,
    appointments,
    audit,
    functions,
    imports,
    overview,
    people,
    people_export,
    posts,
    settings,
    suggestions,
    units,
)
from intranet.admin.blueprint import bp

PAGES = (
    administrators,
    appointments,
    audit,
    functions,
    imports,
    overview,
    people,
    people_export,
    posts,
    settings,
    suggestions,
    units,
)

__all__ = ["PAGES", "bp"]
