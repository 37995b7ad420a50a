"""Help for questions, criteria and models."""

from intranet.pages.help.topics import HelpGroup, Link, Topic
from intranet.platform.core.i18n import _


def asking() -> HelpGroup:
    """Return the topics about questions, criteria and models."""
    return HelpGroup(
        _("Questions and models"), [_asking(), _answering(), _hiding(), _confirming(), _copying()]
    )


def _asking() -> Topic:
    return Topic(
        "questions",
        "circle-question-mark",
        _("Ask a question"),
        [
            _("Write your question in one sentence. Similar questions appear while you write."),
            _(
                "Choose whom to ask: anyone who may know, a function in one or two "
                "provinces, or the people in a space. On the page of a post, you can send "
                "a question to that post."
            ),
            _(
                "Three people who accept questions are asked first. After two working "
                "days without an answer, more people are asked. Everyone who can read the "
                "question can answer it."
            ),
            _(
                "By default, the form selects the people in your unit and names those who "
                "will be asked. To ask more people, change who may read the question."
            ),
            _("Mark the answer that helped. People with the same question will find it."),
        ],
        [Link(_("Questions"), "/questions")],
        is_done_in_steps=True,
    )


def _answering() -> Topic:
    return Topic(
        "asked-of-me",
        "hand-heart",
        _("Answer questions you are asked"),
        [
            _(
                "You will be asked only if you accept questions, and never while you are "
                "away. The weekly limit is two questions, unless you choose another "
                "number."
            ),
            _(
                "“Not me, ask someone else” passes the question on. Only the person who "
                "asked will see that you passed it on."
            ),
        ],
        [Link(_("Questions for me"), "/questions?view=asked")],
    )


def _hiding() -> Topic:
    return Topic(
        "hidden-questions",
        "eye-off",
        _("Ask without giving your name"),
        [
            _(
                "Readers do not see your name, your post or your administration. The head "
                "of the space can look up who asked. Each look-up is recorded."
            ),
            _(
                "If you ask without giving your name, you cannot write in the discussion, "
                "because that would show your name. Add to the question instead. Check "
                "that the text and the files do not reveal who you are."
            ),
        ],
    )


def _confirming() -> Topic:
    return Topic(
        "criteria",
        "badge-check",
        _("Confirm an answer as a criterion"),
        [
            _(
                "Heads responsible for the subject, and posts that publish for the "
                "administration, can confirm the accepted answer. They write the text of "
                "the criterion and cite the law."
            ),
            _(
                "A criterion is guidance and does not replace a formal report. When it no "
                "longer applies, mark it as outdated and give the reason, or renew it. It "
                "can still be read and cited in either case."
            ),
        ],
        [Link(_("Criteria"), "/criteria")],
    )


def _copying() -> Topic:
    return Topic(
        "models",
        "file-text",
        _("Copy a model"),
        [
            _(
                "Copy the text of a model or download its file. The page also shows the "
                "version and the law that the model cites."
            ),
            _("Press “We use it” and your post will be notified when the model changes or lapses."),
        ],
        [Link(_("Models"), "/models")],
    )
