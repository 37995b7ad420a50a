"""The declaration of tips, the kind that the guide and the tests add."""

from intranet.publishing.publications.kinds import PublicationKind
from tests.publishing.kinds.tip import views

KIND = PublicationKind(
    name=views.TIP,
    word="Tip",
    plural="Tips",
    icon="lightbulb",
    pages="tips",
    section="participate",
    blueprints=(views.bp,),
)
