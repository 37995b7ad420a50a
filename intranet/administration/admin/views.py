"""Every page of administration, registered on one blueprint."""

from intranet.administration.admin import (  # noqa: F401 - each registers its pages
    administrators,
    appointments,
    audit,
    circulars,
    deliveries,
    directory_sync,
    functions,
    groups,
    imports,
    overview,
    people,
    people_export,
    posts,
    posts_export,
    public_site,
    rules,
    settings,
    sign_in,
    sign_in_domains,
    suggestions,
    units,
    worktime,
    worktime_calendar,
    worktime_duties,
)
from intranet.administration.admin.blueprint import bp

__all__ = ["bp"]
