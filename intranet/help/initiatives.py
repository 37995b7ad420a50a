"""Help for initiatives: finding what others have done, telling one's own, saying what one uses."""

from intranet.core.i18n import _
from intranet.help.topics import Group, Link, Topic


def initiatives() -> Group:
    """What somebody needs who looks for what others have done, or tells of it."""
    return Group(_("Initiatives"), [_finding(), _telling(), _using()])


def _finding() -> Topic:
    return Topic(
        "initiatives",
        "rocket",
        _("Find out who has done it already"),
        [
            _(
                "Write what you would like to do, in your own words and any language. Each "
                "initiative says how far it is, what it cost, what they would do differently, who "
                "uses it, and who stopped and why."
            ),
            _("“Of my size” leaves those of administrations as large as yours."),
        ],
        [Link(_("Initiatives"), "/initiatives")],
    )


def _telling() -> Topic:
    return Topic(
        "telling-initiatives",
        "pencil",
        _("Tell what your administration does"),
        [
            _(
                "While you write, the nearest initiatives that are there already are shown. Name "
                "and purpose are enough to begin with; what did not work helps others most."
            ),
            _(
                "It belongs to your post. Whoever holds it later brings it to another stage, says "
                "what is new, and adds files, administrations that take part and contacts. Who "
                "follows or uses it is told."
            ),
        ],
        [Link(_("Add an initiative"), "/initiatives/new")],
    )


def _using() -> Topic:
    return Topic(
        "using-initiatives",
        "badge-check",
        _("Say that your administration uses it"),
        [
            _(
                "Heads say it, and posts that publish for the administration: that it is "
                "considered, in use, adapted or given up, since when and what it took. Everybody "
                "else sees on the page whom to ask."
            ),
            _("What was said before stays in the list. It is no formal act and replaces none."),
        ],
        [Link(_("Initiatives"), "/initiatives")],
    )
