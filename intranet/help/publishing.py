"""Help for articles: reading, following and discussing them, and writing them."""

from intranet.core.i18n import _
from intranet.help.events import events
from intranet.help.topics import Group, Link, Topic


def publishing() -> Group:
    """What somebody needs who reads articles, or writes them."""
    topics = [_following(), _discussing(), _writing(), _showing(), _opening(), events()]
    return Group(_("Articles"), topics)


def _following() -> Topic:
    return Topic(
        "following",
        "bell",
        _("Follow people, units, administrations and topics"),
        [
            _(
                "“Follow” stands on profiles, units, administrations and articles. You are told of "
                "new articles in the bell and in the digest, and find them on your first page."
            ),
            _("Nobody sees whom you follow. You are told only of what you may read."),
        ],
        [Link(_("What you follow"), "/follows")],
    )


def _discussing() -> Topic:
    return Topic(
        "discussing",
        "messages-square",
        _("Say something about an article"),
        [
            _(
                "Below an article is its discussion: whoever reads the article reads it and can "
                "write in it. It works as any conversation: reply, react, call somebody, attach."
            ),
            _(
                "Who writes the article can close the discussion and open it again, and delete "
                "what others wrote."
            ),
        ],
        [Link(_("Announcements and articles"), "/publications")],
    )


def _writing() -> Topic:
    return Topic(
        "articles",
        "newspaper",
        _("Write an article"),
        [
            _("Who may announce may also write articles: choose “Write an article”."),
            _(
                "Choose who can read it: the people of your unit, your administration, or "
                "everybody in the network. Up to three topics let others find it."
            ),
            _("Review it and publish it. It stands in the blog of your unit."),
        ],
        [Link(_("Announcements and articles"), "/publications")],
        is_done_in_steps=True,
    )


def _showing() -> Topic:
    return Topic(
        "showing",
        "image-plus",
        _("Show pictures, videos and infographics"),
        [
            _(
                "Drop files into the text or attach them below it. Each picture is asked for words "
                "for who cannot see it; pictures can stand together as a gallery."
            ),
            _(
                "An infographic is published once everything that it says is there in words. "
                "They stand below it, for everybody."
            ),
            _(
                "A video gets captions in each language, and its transcript from them. “Put it "
                "into the text” shows a file where you are writing; the others stand at the end."
            ),
        ],
        [Link(_("Announcements and articles"), "/publications")],
    )


def _opening() -> Topic:
    return Topic(
        "open-web",
        "globe",
        _("Show something on the open web"),
        [
            _(
                "What your post published as an article or an initiative can be read by anybody, "
                "without signing in. Choose “Publish on the open web” on its page: you propose it, "
                "and who publishes for your administration looks at it and lets it go."
            ),
            _(
                "Strangers read the version that was let go, the post to ask and no names. What "
                "you correct later is shown once it is let go too. Either of you takes it off at "
                "any time."
            ),
            _(
                "Before elections your administration can pause its public pages between two days. "
                "They come back by themselves."
            ),
        ],
        [Link(_("Open web"), "/showcase"), Link(_("What administrations show"), "/open")],
    )
