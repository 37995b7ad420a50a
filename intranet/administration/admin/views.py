"""Every page of administration, registered on one blueprint."""

from intranet.administration.admin import (  # noqa: F401 - each registers its pages
    administrators,
    appointments,
    approvals,
    audit,
    audit_export,
    chosen_accounts,
    circulars,
    deliveries,
    first_import,
    functions,
    groups,
    import_columns,
    imports,
    invitation_letter,
    invitation_sheets,
    invitations,
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
    sign_in_saml,
    suggestions,
    units,
    worktime,
    worktime_calendar,
    worktime_duties,
)
from intranet.administration.admin.blueprint import bp

__all__ = ["bp"]
