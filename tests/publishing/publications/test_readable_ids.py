"""The ids that lists ask for at once are those that the rule gives for each."""

import pytest
from sqlalchemy import or_, select

from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.agencies.models import ArticleRule
from intranet.organisation.people.models import Person
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.access import readable_by, require_voice, written_by
from intranet.publishing.publications.models import ARTICLE, Publication
from intranet.publishing.publications.operations.approving import submit
from intranet.publishing.publications.operations.drafting import (
    Choices,
    Written,
    create_draft,
    save_draft,
)
from intranet.publishing.publications.operations.publishing import withdraw
from intranet.publishing.publications.readable_ids import published_among, readable_among
from intranet.publishing.publications.versions import with_working_copy
from tests.publishing.publications.articles import article, out
from tests.publishing.publications.helpers import draft, published


def written_by_an_employee(cast):
    """An article that waits for the approval of others."""
    with unit_of_work():
        cast.monteclaro.articles = ArticleRule.APPROVAL
    made = create_draft(cast.xoel, ARTICLE, require_voice(cast.xoel, kind=ARTICLE))
    chosen = Choices(visibility=Visibility.MEMBERS)
    said = {"es": Written("Un día en ventanilla", "Así trabajamos.")}
    save_draft(cast.xoel, made, said, chosen, edition=made.edition)
    made = with_working_copy(made)
    return submit(cast.xoel, made, "", edition=made.edition)


@pytest.mark.both
def test_each_person_reads_what_the_whole_rule_says(app_context, cast):
    everybody = {"any": [{"unit": str(cast.urban_planning.id), "subtree": True}]}
    made = {
        "draft": draft(cast.carles),
        "sent": published(cast.carles, audience=everybody),
        "article": article(cast.carles),
        "open": out(cast.carles, visibility=Visibility.NETWORK),
        "near": out(cast.carles, visibility=Visibility.AGENCY),
        "members": out(cast.carles, visibility=Visibility.MEMBERS),
        "gone": out(cast.carles, visibility=Visibility.NETWORK),
        "sent and gone": published(cast.carles, audience=everybody),
        "waiting": written_by_an_employee(cast),
    }
    for name in ("gone", "sent and gone"):
        withdraw(cast.carles, made[name], "Otra fecha")
    db.session.rollback()
    answers = set()
    for person in db.session.scalars(select(Person)).all():
        ids = db.session.scalars(select(Publication.id)).all()
        still = or_(Publication.withdrawn_at.is_(None), written_by(person))
        rule = select(Publication).where(readable_by(person), still)
        by_rule = db.session.scalars(rule).all()
        found = readable_among(person, ids)

        assert found == {row.id for row in by_rule}, person.name
        assert published_among(person, ids) == {
            row.id for row in by_rule if row.published_at and not row.withdrawn_at
        }
        talked_about = {row.conversation_id for row in by_rule if row.conversation_id}
        column = Publication.conversation_id
        discussions = [each for each in db.session.scalars(select(column)) if each]
        assert readable_among(person, discussions, column) == talked_about
        answers.add(frozenset(name for name, one in made.items() if one.id in found))
    assert {"draft", "gone", "waiting"} <= set.union(*map(set, answers))
    assert len(answers) > 3, answers
