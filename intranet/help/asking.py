"""Help for questions, criteria and models."""

from intranet.core.i18n import _
from intranet.help.topics import Group, Link, Topic


def asking() -> Group:
    """What somebody needs who asks, answers, confirms, or copies a model."""
    return Group(
        _("Questions and models"), [_asking(), _answering(), _hiding(), _confirming(), _copying()]
    )


def _asking() -> Topic:
    return Topic(
        "questions",
        "circle-question-mark",
        _("Ask a question"),
        [
            _("Write it in one sentence. What is asked already is shown while you write."),
            _(
                "Choose of whom: whoever knows, a function, perhaps in one or two provinces, or "
                "the people of a place. From the page of a post you ask that post."
            ),
            _(
                "Three people who take questions are asked first, and more after two working days "
                "without an answer. Everybody who reads it can answer."
            ),
            _(
                "The form begins with the people of your unit. It names who will be asked before "
                "you send it: change who may read it to ask further."
            ),
            _("Say which answer helped: who has the same question finds it."),
        ],
        [Link(_("Questions"), "/questions")],
        is_done_in_steps=True,
    )


def _answering() -> Topic:
    return Topic(
        "asked-of-me",
        "hand-heart",
        _("Questions that are asked of me"),
        [
            _(
                "You are asked only if you take questions, never while you are away, and never "
                "more a week than you agreed to: two, unless you choose another number."
            ),
            _("“Not me, ask somebody else” passes it on. Only who asked sees that you did."),
        ],
        [Link(_("Asked of me"), "/questions?view=asked")],
    )


def _hiding() -> Topic:
    return Topic(
        "hidden-questions",
        "eye-off",
        _("Ask without your name"),
        [
            _(
                "Readers see neither you, nor your post, nor your administration. Who leads the "
                "place can look up who asked, and each time is written down."
            ),
            _(
                "You cannot write in its discussion, because that would show your name: add to "
                "the question instead. Take care that text and files do not tell who you are."
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
                "Heads of what a question is about, and who publishes for the administration, "
                "confirm the answer that was accepted, in words of its own and with the law."
            ),
            _(
                "A criterion is guidance: it replaces no report. Once it no longer holds, mark it "
                "as outdated with the reason, or renew it: both stay to be read and cited."
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
            _("Copy the text or take the file. Version and law stand beside it."),
            _("Press “We use it”: whoever speaks for your post is told when it changes or lapses."),
        ],
        [Link(_("Models"), "/models")],
    )
