"""The declaration of model texts."""

from intranet.platform.core.i18n import _l
from intranet.publishing.model_texts import views
from intranet.publishing.model_texts.models import MODEL
from intranet.publishing.publications.kinds import PublicationKind

KIND = PublicationKind(
    name=MODEL,
    word=_l("Model text"),
    plural=_l("Models"),
    icon="file-text",
    alert_icon="file-text",
    pages="models",
    section="initiatives",
    blueprints=(views.bp,),
    is_of_a_post=True,
)
