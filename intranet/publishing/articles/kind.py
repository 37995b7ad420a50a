"""The declaration of articles."""

from intranet.platform.core.i18n import _l
from intranet.publishing.publications import approval_views
from intranet.publishing.publications.kinds import PublicationKind, PublicPages
from intranet.publishing.publications.models import ARTICLE

KIND = PublicationKind(
    name=ARTICLE,
    word=_l("Article"),
    plural=_l("Articles"),
    icon="newspaper",
    blueprints=(approval_views.bp,),
    public=PublicPages(folder="articles", position=2, schema_type="Article"),
)
