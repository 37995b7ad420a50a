"""Help about what people of several units and administrations do together."""

from intranet.core.i18n import _
from intranet.help.topics import Group, Link, Topic


def together() -> Group:
    """All of it, in its order."""
    return Group(_("Sharing and taking part"), [groups()])


def groups() -> Topic:
    """Finding, opening and joining groups; rules, keys, owner posts."""
    return Topic(
        "groups",
        "handshake",
        _("Groups across units and administrations"),
        [
            _(
                "A group has its own channels, publications, members and rules. You can "
                "find groups by name, by topic or by where your counterparts are. Join "
                "one, ask to join, or accept an invitation."
            ),
            _(
                "A group belongs to a post, and its holder leads the group. If the post is "
                "vacant, the nearest head takes over. After half a year without messages, "
                "the group asks if it is still needed."
            ),
            _(
                "A membership rule, such as “all heads of procurement in the province”, "
                "adds people to the group by their post. They leave it when they leave "
                "the post."
            ),
            _(
                "Two administrations must approve a shared group: the group's and yours. "
                "Your administrators approve it until a date or without one, and can "
                "withdraw approval at any time."
            ),
            _("In each channel of a group, “Readers” lists everyone who reads it."),
        ],
        [Link(_("Find groups"), "/groups"), Link(_("Create a group"), "/groups/new")],
    )
