"""The roles within an agency, and the one table of which acts need which role."""

from enum import StrEnum


class AgencyRole(StrEnum):
    """A role that a post has within its agency. A mandate is always that of an administrator."""

    ADMINISTRATOR = "administrator"
    PEOPLE = "people"
    COMMUNICATION = "communication"
    MODERATOR = "moderator"
    AUDITOR = "auditor"
    RECORDS = "records"


class Act(StrEnum):
    """An act that people do within an agency by a role."""

    ENTER = "enter"
    """Open the administration of the agency, with its overview."""
    STRUCTURE = "structure"
    """Change units, posts and their functions."""
    PEOPLE = "people"
    """Bring in and end people, appointments, accounts and invitations."""
    IMPORT = "import"
    """Upload files of units, posts and people, and apply them."""
    ANNOUNCE = "announce"
    """Publish to the whole agency, and approve for its public site."""
    SHOWCASE = "showcase"
    """Describe the public site, and pause it."""
    CIRCULARS = "circulars"
    """Decide whose circulars the agency receives."""
    MODERATE = "moderate"
    """Decide on reports that no moderator of a space decides."""
    READ_LOG = "read_log"
    """Read the audit log, download and verify it."""
    KEEP_RECORDS = "keep_records"
    """Decide how long things are kept, hold what must stay, and answer requests for access."""
    READ_HELD = "read_held"
    """See what is held and what a hold keeps, and change nothing."""
    READ_RETENTION = "read_retention"
    """See the rules of retention, what they would remove, and what they did."""
    APPROVE_RETENTION = "approve_retention"
    """Set a rule of retention in force that somebody else proposed."""
    ERASE = "erase"
    """Ask for the erasure of a person, and agree to it as one of two."""
    READ_STATEMENTS = "read_statements"
    """Read the statements that are generated from what is configured."""
    EMPOWER = "empower"
    """Give and end roles, and fill, change or close what carries one."""
    ADMINISTER = "administer"
    """Everything else: settings, rules, secrets of accounts, shared groups."""


_ALL = frozenset(AgencyRole)
_ADMINISTRATOR = frozenset({AgencyRole.ADMINISTRATOR})

ROLES_FOR: dict[Act, frozenset[AgencyRole]] = {
    Act.ENTER: _ALL,
    Act.STRUCTURE: _ADMINISTRATOR | {AgencyRole.PEOPLE},
    Act.PEOPLE: _ADMINISTRATOR | {AgencyRole.PEOPLE},
    Act.IMPORT: _ADMINISTRATOR | {AgencyRole.PEOPLE},
    Act.ANNOUNCE: frozenset({AgencyRole.COMMUNICATION}),
    Act.SHOWCASE: _ADMINISTRATOR | {AgencyRole.COMMUNICATION},
    Act.CIRCULARS: _ADMINISTRATOR | {AgencyRole.COMMUNICATION},
    Act.MODERATE: _ADMINISTRATOR | {AgencyRole.MODERATOR},
    Act.READ_LOG: _ADMINISTRATOR | {AgencyRole.AUDITOR},
    Act.KEEP_RECORDS: frozenset({AgencyRole.RECORDS}),
    Act.READ_HELD: frozenset({AgencyRole.RECORDS, AgencyRole.AUDITOR}),
    Act.READ_RETENTION: _ADMINISTRATOR | {AgencyRole.RECORDS, AgencyRole.AUDITOR},
    Act.APPROVE_RETENTION: _ADMINISTRATOR | {AgencyRole.RECORDS},
    Act.ERASE: _ADMINISTRATOR | {AgencyRole.RECORDS},
    Act.READ_STATEMENTS: _ADMINISTRATOR | {AgencyRole.RECORDS, AgencyRole.AUDITOR},
    Act.EMPOWER: _ADMINISTRATOR,
    Act.ADMINISTER: _ADMINISTRATOR,
}
"""Administrators do everything but speak for the agency and read what others wrote for its records.

Neither is theirs by this role: they give it to a post, also to their own, and the log says so.
"""
