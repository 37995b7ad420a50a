"""The navigation beside each page of administration: one list, in groups."""

from dataclasses import dataclass, replace

from flask import g, request, url_for

from intranet.administration.admin.sections import act_for, section_of
from intranet.organisation.agencies.roles import ROLES_FOR
from intranet.organisation.people.access import roles_in
from intranet.platform.core.i18n import _


@dataclass(frozen=True)
class AdminPlace:
    """A page of administration: its endpoint, its icon and its name."""

    endpoint: str
    icon: str
    text: str
    href: str = ""
    is_here: bool = False


SECTIONS_OF_PLACES = {
    "import": "imports",
    "first_import": "imports",
    "leave": "portability",
    "weekly": "figures",
}
"""Sections that are not called as the place to which they belong."""


def admin_places() -> list[tuple[str, list[AdminPlace]]]:
    """Return every place. A new page of administration is one line here.

    An endpoint without a dot is one of administration itself.
    """
    return [
        ("", [AdminPlace("overview", "house", _("Overview"))]),
        (
            _("People and posts"),
            [
                AdminPlace("units", "network", _("Units")),
                AdminPlace("posts", "stamp", _("Posts")),
                AdminPlace("reorganisations.index", "split", _("Reorganisations")),
                AdminPlace("people", "users", _("People and accounts")),
                AdminPlace("appointments", "user-check", _("Appointments")),
                AdminPlace("orphans.index", "circle-help", _("Without anyone responsible")),
                AdminPlace("imports", "upload", _("Import")),
                AdminPlace("invitations", "mail", _("Invitations")),
            ],
        ),
        (
            _("Rules and services"),
            [
                AdminPlace("settings", "settings", _("Settings")),
                AdminPlace("sign_in", "log-in", _("Sign-in")),
                AdminPlace("worktime", "clock", _("Working time")),
                AdminPlace("deliveries", "mail", _("E-mail and push notifications")),
                AdminPlace("functions", "briefcase", _("Functions")),
                AdminPlace("rules", "shield-check", _("House rules")),
                AdminPlace("circulars", "waypoints", _("Circulars")),
                AdminPlace("showcase", "globe", _("Public site")),
            ],
        ),
        (
            _("Oversight"),
            [
                AdminPlace("administrators", "key-round", _("Roles")),
                AdminPlace("approvals", "shield-check", _("Approvals")),
                AdminPlace("groups", "handshake", _("Shared groups")),
                AdminPlace("figures.weekly", "chart-bar", _("Statistics")),
                AdminPlace("audit", "scroll-text", _("Audit log")),
            ],
        ),
        (
            _("Records"),
            [
                AdminPlace("retention.index", "calendar-clock", _("Retention")),
                AdminPlace("holds.index", "lock", _("Legal holds")),
                AdminPlace("erasures.index", "user-x", _("Erasure")),
                AdminPlace("access_requests.index", "scale", _("Requests for access")),
                AdminPlace("portability.leave", "log-out", _("Take along or leave")),
                AdminPlace("statements.index", "file-check", _("Statements")),
            ],
        ),
    ]


def navigation() -> list[tuple[str, list[AdminPlace]]]:
    """Return the places that the person's roles are for, by heading, with their addresses."""
    if "administered" not in g:
        return []
    _root, _admin, first, *more = [*request.path.split("/"), ""]
    section = section_of(first if first == "import" else more[0] or "overview")
    here = SECTIONS_OF_PLACES.get(section, section)
    roles = roles_in(g.administrator, g.administered)
    found = [
        (
            heading,
            [
                replace(
                    place,
                    href=address_of(place.endpoint, g.administered.code),
                    is_here=section_of(place.endpoint) == here,
                )
                for place in places
                if roles & ROLES_FOR[act_for(place.endpoint)]
            ],
        )
        for heading, places in admin_places()
    ]
    return [(heading, places) for heading, places in found if places]


def address_of(endpoint: str, code: str) -> str:
    """Return the address of a place."""
    name = endpoint if "." in endpoint else f"admin.{endpoint}"
    return url_for(name, code=code)
