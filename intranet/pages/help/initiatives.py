"""Help for initiatives: finding those of others, publishing one, saying what a post uses."""

from intranet.pages.help.topics import HelpGroup, Link, Topic
from intranet.platform.core.i18n import _


def initiatives() -> HelpGroup:
    """Return the topics about initiatives."""
    return HelpGroup(_("Initiatives"), [_finding(), _telling(), _using()])


def _finding() -> Topic:
    return Topic(
        "initiatives",
        "rocket",
        _("Find out who has already done what you are planning"),
        [
            _(
                "Write what you would like to do, in your own words and in any language. "
                "Each initiative gives its stage, its cost and the lessons learned. It "
                "also lists the administrations that use it, and those that stopped and "
                "why."
            ),
            _("“Similar in size to mine” shows only administrations about as large as yours."),
        ],
        [Link(_("Initiatives"), "/initiatives")],
    )


def _telling() -> Topic:
    return Topic(
        "telling-initiatives",
        "pencil",
        _("Share what your administration does"),
        [
            _(
                "The most similar initiatives appear while you write. A name and a purpose "
                "are enough to start. Saying what did not work helps others most."
            ),
            _(
                "The initiative belongs to your post. You and your successors can change "
                "its stage, post updates, and add files, partners and contacts. Its "
                "followers and users are notified."
            ),
        ],
        [Link(_("Add an initiative"), "/initiatives/new")],
    )


def _using() -> Topic:
    return Topic(
        "using-initiatives",
        "badge-check",
        _("Record that your administration uses an initiative"),
        [
            _(
                "Heads, and posts that publish for the administration, can record that it "
                "uses an initiative. They state whether the initiative is being "
                "considered, in use, adapted or given up. They also give the date and the "
                "effort needed. For everyone else, the page says whom to ask."
            ),
            _(
                "Earlier entries stay in the list. Recording that you use an initiative "
                "is not a formal act and does not replace one."
            ),
        ],
        [Link(_("Initiatives"), "/initiatives")],
    )
