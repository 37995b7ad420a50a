"""Every page of administration, registered on one blueprint."""

from intranet.administration.admin import (  # noqa: F401 - each registers its pages
    administrators,
    appointments,
    audit,
    circulars,
    deliveries,
    first_import,
    functions,
    groups,
    import_columns,
    imports,
    overview,
    people,
    people_export,
    posts,
    posts_export,
    public_site,
    rules,
    settings,
    suggestions,
    units,
    worktime,
    worktime_calendar,
    worktime_duties,
)
from intranet.administration.admin.blueprint import bp

__all__ = ["bp"]
