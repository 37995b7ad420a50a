"""The list of all kinds of publication, in the order in which the interface lists them."""

from intranet.collaboration.events import kind as events
from intranet.collaboration.ideas import kind as ideas
from intranet.collaboration.initiatives import kind as initiatives
from intranet.collaboration.polls import kind as polls
from intranet.collaboration.questions import kind as questions
from intranet.publishing.announcements import kind as announcements
from intranet.publishing.articles import kind as articles
from intranet.publishing.model_texts import kind as model_texts

KINDS = (
    announcements.KIND,
    articles.KIND,
    initiatives.KIND,
    questions.KIND,
    questions.CRITERIA,
    model_texts.KIND,
    ideas.KIND,
    polls.KIND,
    events.KIND,
)
