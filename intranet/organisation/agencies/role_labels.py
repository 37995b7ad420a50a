"""The names of roles, and what each is for."""

from intranet.organisation.agencies.roles import AgencyRole
from intranet.platform.core.i18n import _l

ROLE_NAMES = {
    AgencyRole.ADMINISTRATOR: _l("Administrator of the agency"),
    AgencyRole.PEOPLE: _l("People’s officer"),
    AgencyRole.COMMUNICATION: _l("Communication officer"),
    AgencyRole.MODERATOR: _l("Moderator of the agency"),
    AgencyRole.AUDITOR: _l("Auditor"),
    AgencyRole.RECORDS: _l("Records officer"),
}
ROLE_PURPOSES = {
    AgencyRole.ADMINISTRATOR: _l("Everything in administration, including these roles."),
    AgencyRole.PEOPLE: _l(
        "Brings in and ends people, units, posts, appointments and invitations, and imports "
        "files. Sees no content."
    ),
    AgencyRole.COMMUNICATION: _l(
        "Publishes for the whole agency, approves pages for the public site, and decides on "
        "circulars."
    ),
    AgencyRole.MODERATOR: _l("Decides on reports that no moderator of a space decides."),
    AgencyRole.AUDITOR: _l("Reads and downloads the audit log, and changes nothing."),
    AgencyRole.RECORDS: _l(
        "Decides how long things are kept, holds what must stay, and answers requests for access."
    ),
}
