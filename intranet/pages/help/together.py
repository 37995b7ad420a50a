"""Help on work across units and administrations."""

from intranet.pages.help.topics import HelpGroup, Link, Topic
from intranet.platform.core.i18n import _


def together() -> HelpGroup:
    """Return the group of topics on working together."""
    return HelpGroup(_("Sharing and taking part"), [groups()])


def groups() -> Topic:
    """Return the topic about groups: joining, rules, approval, responsible posts."""
    return Topic(
        "groups",
        "handshake",
        _("Groups across units and administrations"),
        [
            _(
                "A group has its own channels, publications, members and rules. You can "
                "find groups by name, by topic or through your counterparts. Join one, "
                "ask to join, or accept an invitation."
            ),
            _(
                "A group belongs to a post, and the holder of that post leads the group. "
                "If the post is vacant, the nearest head takes over. After half a year "
                "without messages, the system asks whether the group is still needed."
            ),
            _(
                "A membership rule, such as “all heads of procurement in the province”, "
                "adds people to the group by their post. They leave it when they leave "
                "the post."
            ),
            _(
                "Two administrations must approve a shared group: the group’s and yours. "
                "Your administrators can set an end date for their approval, and can "
                "withdraw it at any time."
            ),
            _("In each channel of a group, “Readers” lists everyone who reads it."),
        ],
        [Link(_("Find groups"), "/groups"), Link(_("Create a group"), "/groups/new")],
    )
