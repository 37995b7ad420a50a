"""The act that each section of administration is for: pages, REST and the navigation ask here."""

from flask import request

from intranet.organisation.agencies.roles import Act

ACTS = {
    "": Act.ENTER,
    "suggestions": Act.ENTER,
    "units": Act.STRUCTURE,
    "reorganisations": Act.STRUCTURE,
    "posts": Act.STRUCTURE,
    "functions": Act.STRUCTURE,
    "people": Act.PEOPLE,
    "invitations": Act.PEOPLE,
    "appointments": Act.PEOPLE,
    "imports": Act.IMPORT,
    "first_import": Act.IMPORT,
    "circulars": Act.CIRCULARS,
    "showcase": Act.SHOWCASE,
    "audit": Act.READ_LOG,
    "erasures": Act.ERASE,
    "statements": Act.READ_STATEMENTS,
    "administrators": Act.EMPOWER,
    "holds": Act.READ_HELD,
    "retention": Act.READ_RETENTION,
    "access_requests": Act.KEEP_RECORDS,
    "access_approvals": Act.ENTER,
}
"""Any other section is for administrators only."""


def act_for(section: str) -> Act:
    """Return the act that a section is for, by its name or by an endpoint of it."""
    return ACTS.get(section_of(section), Act.ADMINISTER)


def section_of(name: str) -> str:
    """Return the name of a section by a part of an address or by an endpoint."""
    return name.split(".", maxsplit=1)[0].replace("-", "_")


def asked_act(prefix: str) -> Act:
    """Return the act of the section that this request asks for, below a prefix of its rule."""
    rule = request.url_rule.rule if request.url_rule else ""
    return act_for(rule.removeprefix(prefix).strip("/").split("/")[0])
