"""By its tags a question says of which kinds the answer is, and which index is read."""

import pytest

from intranet.platform.index import tags
from intranet.platform.index.expressions import All, Any, Not, OfKinds, Tag, Word
from intranet.platform.index.fulltext import family_condition
from intranet.platform.index.models import FAMILIES, DocumentKind
from intranet.platform.index.queries import fits

pytestmark = pytest.mark.both

PERSON, POST, MESSAGE = (
    Tag(tags.kind(kind)) for kind in (DocumentKind.PERSON, DocumentKind.POST, DocumentKind.MESSAGE)
)
ANA = Word("ana")


@pytest.mark.parametrize(
    ("asked", "kinds"),
    [
        (ANA, None),
        (Tag(tags.HEAD), None),
        (Tag(tags.published("question")), {"publication"}),
        (PERSON, {"person"}),
        (All(ANA, PERSON), {"person"}),
        (All(ANA, Any(PERSON, POST)), {"person", "post"}),
        (All(Any(PERSON, POST), PERSON), {"person"}),
        (Any(ANA, PERSON), None),
        (All(ANA, Not(PERSON)), None),
        (All(PERSON, MESSAGE), set()),
        (OfKinds(ANA, frozenset({"message"})), {"message"}),
    ],
)
def test_the_kinds_follow_from_the_tags(asked, kinds):
    assert asked.kinds() == kinds


@pytest.mark.parametrize(
    ("kinds", "families"),
    [
        ({"file"}, ["files"]),
        ({"message"}, ["said"]),
        ({"message", "file"}, ["said"]),
        ({"person", "file"}, ["people", "said"]),
        ({"publication"}, ["published"]),
    ],
)
def test_the_smallest_index_that_holds_the_kinds_is_read(app_context, kinds, families):
    condition = str(fits(OfKinds(ANA, frozenset(kinds))))
    assert [each for each in FAMILIES if family_condition(each) in condition] == families
