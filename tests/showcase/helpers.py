"""Short ways onto the open web."""

from typing import Any

from intranet.people.models import Person
from intranet.publications.models import Publication
from intranet.showcase import facts
from intranet.showcase.models import ShowcaseItem
from intranet.showcase.operations.showing import approve, propose
from intranet.spaces.models import Visibility
from tests.publications.articles import out

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
