"""Who reads a model and who uses one."""

from uuid import UUID

from intranet.agencies.models import Post
from intranet.core.errors import Forbidden, NotFound
from intranet.core.i18n import _l
from intranet.extensions import db
from intranet.model_texts.models import ModelText
from intranet.people.models import Person
from intranet.publications.access import get_publication, is_hidden_from, require_writer
from intranet.publications.places import posts_of


def get_model(person: Person, publication_id: UUID) -> ModelText:
    """The model, if the person may read it.

    Raises:
        NotFound: it does not exist, or the person may not know that it does.
    """
    get_publication(person, publication_id)
    model = db.session.get(ModelText, publication_id)
    if model is None:
        raise NotFound
    return model


def get_standing_model(person: Person, publication_id: UUID) -> ModelText:
    """The same, unless it was withdrawn from its readers.

    Raises:
        NotFound: as there, or its text is no longer to be read.
    """
    model = get_model(person, publication_id)
    if is_hidden_from(person, model.publication):
        raise NotFound
    return model


def get_own_model(person: Person, publication_id: UUID) -> ModelText:
    """A model that the person may change.

    Raises:
        NotFound: they do not read it.
        Forbidden: they do not speak for the post that answers for it.
    """
    model = get_standing_model(person, publication_id)
    require_writer(person, model.publication)
    return model


def require_post(person: Person, post_id: UUID | None) -> Post:
    """The post as which the person acts, or their first.

    Raises:
        Forbidden: they do not speak for it, or for none.
    """
    for post in posts_of(person):
        if post_id in {None, post.id}:
            return post
    raise Forbidden(_l("You do not hold this post at present."))
