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
                "A group has channels, publications, people and rules of its own. Find one by its "
                "name, its topic, or by where your counterparts are; join it, ask to be let in, or "
                "answer an invitation."
            ),
            _(
                "A group belongs to a post: whoever holds it leads the group. If nobody does, the "
                "nearest head takes over. A group in which nobody wrote for half a year asks "
                "whether it is still needed."
            ),
            _(
                "With a rule, such as all heads of procurement in the province, people are in the "
                "group by what they hold and leave it when they no longer do."
            ),
            _(
                "A group that administrations share is opened with two keys: that of the group's "
                "administration and that of yours. Your administrators turn it, until a day or "
                "for good, and can turn it back at any moment."
            ),
            _("In each room of a group, Who can see this shows everybody who reads it."),
        ],
        [Link(_("Find groups"), "/groups"), Link(_("Open a group"), "/groups/new")],
    )
