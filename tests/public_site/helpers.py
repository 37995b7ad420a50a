"""Short ways onto the open web."""

from typing import Any

from intranet.messaging.spaces.models import Visibility
from intranet.organisation.people.models import Person
from intranet.public_site import facts
from intranet.public_site.models import ShowcaseItem
from intranet.public_site.operations.showing import approve, propose
from intranet.publishing.publications.models import Publication
from tests.publishing.publications.articles import out

COOKIES = ("Set-Cookie", "set-cookie")


def let_go(approver: Person, publication: Publication) -> ShowcaseItem:
    """Approve what was proposed, as it is now."""
    return approve(approver, publication, digest=facts.digest(publication))


def public(author: Person, approver: Person, *said: str, **more: Any) -> Publication:
    """An article on the open web."""
    made = out(author, *said, **{"visibility": Visibility.AGENCY, **more})
    propose(author, made)
    let_go(approver, made)
    return made
