"""Help for articles: reading, following and discussing them, and writing them."""

from intranet.pages.help.events import events
from intranet.pages.help.topics import HelpGroup, Link, Topic
from intranet.platform.core.i18n import _


def publishing() -> HelpGroup:
    """Return the topics about articles."""
    topics = [_following(), _discussing(), _writing(), _showing(), _opening(), events()]
    return HelpGroup(_("Articles"), topics)


def _following() -> Topic:
    return Topic(
        "following",
        "bell",
        _("Follow people, units, administrations and topics"),
        [
            _(
                "“Follow” appears on profiles, units, administrations and articles. New "
                "articles appear in your notifications, in the digest and on your home "
                "page."
            ),
            _(
                "No one can see whom you follow. You are notified only about things you "
                "have access to."
            ),
        ],
        [Link(_("Following"), "/follows")],
    )


def _discussing() -> Topic:
    return Topic(
        "discussing",
        "messages-square",
        _("Comment on an article"),
        [
            _(
                "Below each article is its discussion. Everyone who can read the "
                "article can take part. Reply, react, mention someone or attach files, "
                "as in any conversation."
            ),
            _(
                "The author of the article can close and reopen the discussion, and delete "
                "messages in it."
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
            _(
                "People who may send announcements may also write articles. Choose “Write an "
                "article”."
            ),
            _(
                "Choose who can read the article: your unit, your administration or "
                "everyone in the network. Add up to three topics so that others can find "
                "it."
            ),
            _("Review the article and publish it. It will appear in your unit’s blog."),
        ],
        [Link(_("Announcements and articles"), "/publications")],
        is_done_in_steps=True,
    )


def _showing() -> Topic:
    return Topic(
        "showing",
        "image-plus",
        _("Add pictures, videos and infographics"),
        [
            _(
                "Drop files into the text or attach them below it. Describe each picture "
                "for people who cannot see it. Several pictures can form a gallery."
            ),
            _(
                "To publish an infographic, write all of its content as text. The text "
                "appears below it for everyone."
            ),
            _(
                "Add captions to a video in each language. The captions also provide its "
                "transcript. “Insert into the text” inserts a file at the cursor; other "
                "files appear at the end."
            ),
        ],
        [Link(_("Announcements and articles"), "/publications")],
    )


def _opening() -> Topic:
    return Topic(
        "open-web",
        "globe",
        _("Publish on the public site"),
        [
            _(
                "Anyone can read the public site without signing in. To propose an "
                "article or initiative from your post, choose “Publish on the public "
                "site” on its page. A post that publishes for your administration then "
                "decides."
            ),
            _(
                "The public sees the approved version and the post to contact, but no "
                "names. Later corrections appear only after approval. Your post and the "
                "approving post can each remove the publication at any time."
            ),
            _(
                "Before elections, your administration can pause its public pages between "
                "two dates. The pages return automatically afterwards."
            ),
        ],
        [Link(_("Public site"), "/showcase"), Link(_("Published by administrations"), "/open")],
    )
