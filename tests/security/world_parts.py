"""Parts of the world of the matrix: what people share, ask and decide, an import, a duty."""

import io
from datetime import timedelta

from sqlalchemy import select

from intranet.administration.imports.columns import ImportKind
from intranet.administration.imports.jobs import check
from intranet.administration.imports.operations import send_file
from intranet.administration.reorganisation.changes import ChangeSpec
from intranet.administration.reorganisation.models import PlanNote
from intranet.administration.reorganisation.operations import add_change, create_plan
from intranet.attention.moderation.models import Outcome
from intranet.attention.moderation.operations.appealing import appeal
from intranet.attention.moderation.operations.naming import name_moderator
from intranet.collaboration.groups.models import Joining
from intranet.collaboration.groups.operations.joining import answer_invitation, invite, remove
from intranet.collaboration.groups.operations.sharing import share_with
from intranet.collaboration.ideas.operations.boxes import BoxSettings, open_box
from intranet.collaboration.ideas.operations.proposing import propose
from intranet.collaboration.initiatives.body import InitiativeFacts, InitiativeWording
from intranet.collaboration.initiatives.operations.describing import create_initiative
from intranet.collaboration.polls.operations.opening import PollRules, open_poll
from intranet.collaboration.questions.operations.answering import accept_answer
from intranet.collaboration.questions.operations.asking import QuestionAddressee, publish_question
from intranet.collaboration.questions.operations.confirming import Validity, confirm_answer
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.spaces.models import Reach, Visibility
from intranet.organisation.accounts.invitation_models import InvitationRun
from intranet.organisation.agencies.models import ArticleRule
from intranet.organisation.worktime.models import Duty, DutyKind
from intranet.organisation.worktime.operations import NewDuty, put_duties
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.model_texts.operations.offering import ModelDetails, offer_model
from intranet.publishing.publications.access import require_voice
from intranet.publishing.publications.models import ARTICLE
from intranet.publishing.publications.operations.approving import submit
from intranet.publishing.publications.operations.drafting import (
    Choices,
    Written,
    create_draft,
    save_draft,
)
from intranet.publishing.publications.placement import PublicationPlacement
from intranet.records.portability.operations import ask as ask_package
from intranet.records.portability.operations import ask_for_agency as ask_agency_package
from intranet.records.portability.operations import make as make_package
from intranet.records.portability.scope import PackageKind
from tests.attention.moderation.helpers import decided, reported
from tests.collaboration.groups.helpers import group_of
from tests.messaging.messages.helpers import channel_of, say, space_of

SECRET = "zarzaparrilla"
"""A word that is said in what is hidden and nowhere else."""


def initiative(cast) -> str:
    """What Ana told the people of Licences alone."""
    said = InitiativeWording(f"{SECRET} zarza", SECRET, SECRET, SECRET, SECRET, SECRET)
    space = space_of(cast.licences)
    place = PublicationPlacement(space, cast.officer_post, Visibility.MEMBERS)
    return str(create_initiative(cast.ana, place, {"es": said}, InitiativeFacts()).publication_id)


def article(cast) -> dict[str, str]:
    """What Xoel wrote for his unit, waiting for Carles to approve it."""
    with unit_of_work():
        cast.monteclaro.articles = ArticleRule.APPROVAL
    kind = ARTICLE
    made = create_draft(cast.xoel, kind, require_voice(cast.xoel, kind=kind))
    said = {"es": Written(f"{SECRET} article", SECRET)}
    chosen = Choices(visibility=Visibility.MEMBERS)
    save_draft(cast.xoel, made, said, chosen, edition=made.edition)
    submit(cast.xoel, made, SECRET, edition=made.edition)
    return {"submitted": str(made.id), "submitted_edition": str(made.edition)}


def moderation(cast) -> dict[str, str]:
    """What waits for who leads Licences, and what was decided on something of hers."""
    room = channel_of(cast.licences)
    waiting = reported(cast.ana, say(cast.uxia, room, f"{SECRET} reported"), words=SECRET)
    own = reported(cast.uxia, say(cast.ana, room, f"{SECRET} decided"), words=SECRET)
    decided(cast.carles, own, Outcome.WARNED)
    name_moderator(cast.ana, space_of(cast.licences), cast.uxia.id)
    name_moderator(cast.carles, space_of(cast.urban_planning), cast.ana.id)
    appealed = reported(cast.ana, say(cast.lara, room, f"{SECRET} appealed"), words=SECRET)
    appeal(cast.lara, decided(cast.uxia, appealed, Outcome.WARNED), SECRET)
    return {
        "appealed_case": str(appealed.id),
        "case": str(waiting.id),
        "own_case": str(own.id),
        "row": str(waiting.message_id),
        "subject": "message",
    }


def taking_part(cast) -> dict[str, str]:
    """A box of Licences with two ideas in it, and a poll, for its people alone."""
    ana, space = cast.ana, space_of(cast.licences)
    post, here = cast.officer_post, Visibility.MEMBERS
    settings = BoxSettings(f"{SECRET} box", SECRET, cast.head_of_licences_post.id, 10)
    box = open_box(ana, space, settings)
    idea, twin = (
        propose(ana, box, post, {"es": Written(f"{SECRET} idea", SECRET)}, visibility=here)
        for _idea in range(2)
    )
    rules = PollRules(options=(f"{SECRET} a", f"{SECRET} b"))
    asked = {"es": Written(f"{SECRET} poll", SECRET)}
    poll = open_poll(ana, space, post, asked, rules, visibility=here)
    return {
        "box": str(box.id),
        "idea": str(idea.publication_id),
        "twin": str(twin.publication_id),
        "poll": str(poll.publication_id),
    }


def contributed(cast) -> dict[str, str]:
    """What Ana asks of Licences, what was confirmed of it, and a model for its people."""
    ana = cast.ana
    where = PublicationPlacement(space_of(cast.licences), cast.officer_post, Visibility.MEMBERS)
    texts = {"es": Written(f"{SECRET} question", SECRET)}
    question = publish_question(ana, where, texts, QuestionAddressee(), topics=["LIC"])
    talk = db.session.get_one(Conversation, question.publication.conversation_id)
    accept_answer(ana, question, say(cast.uxia, talk, SECRET).id)
    said = {"es": Written("Criterio", "Basta la declaración.")}
    criterion = confirm_answer(ana, question, said, Validity())
    model = offer_model(ana, where, {"es": Written(f"{SECRET} model", SECRET)}, ModelDetails())
    return {
        "question": str(question.publication_id),
        "criterion": str(criterion.publication_id),
        "model": str(model.publication_id),
    }


def groups(cast) -> dict[str, str]:
    """An unlisted group of Carles with Ana in it, which somebody left, and one that is shared."""
    carles, ana, iria = cast.carles, cast.ana, cast.iria
    said = {"purpose": SECRET, "joining": Joining.INVITATION, "is_listed": False}
    group, left = (
        group_of(carles, f"{SECRET} {name}", reach=Reach.AGENCY, **said) for name in ("one", "two")
    )
    for one in (group, left):
        for person in (ana, iria):
            invite(carles, one, person)
            answer_invitation(person, one, is_accepted=True)
        remove(carles, one, iria)
    shared = group_of(carles, f"{SECRET} shared", reach=Reach.SHARED, **said)
    share_with(carles, shared, cast.vilaverde, SECRET)
    return {
        "group": str(group.space_id),
        "left_group": str(left.space_id),
        "shared_group": str(shared.space_id),
    }


def sent_import(cast) -> dict[str, str]:
    """A file that Monteclaro's administrator sent, of which a line was rejected."""
    text = "code;title;unit_code\nP-1;Archivero/a;URB-LICC\nP-2;Ordenanza;URB-LIC\n"
    file = io.BytesIO(text.encode())
    row = send_file(cast.dorleta, [cast.monteclaro], ImportKind.POSTS, f"{SECRET}.csv", file)
    check({"import_id": str(row.id)})
    return {"import": str(row.id), "line": "2"}


def duty(cast) -> dict[str, str]:
    """Somebody of Monteclaro on duty tomorrow."""
    since = clock.now() + timedelta(days=1)
    until = since + timedelta(hours=8)
    duty = NewDuty(person_id=cast.uxia.id, since=since, until=until, kind=DutyKind.SHIFT)
    put_duties(None, cast.monteclaro.id, [duty])
    return {"duty": str(db.session.scalars(select(Duty.id)).one())}


def invitation_run(cast) -> dict[str, str]:
    """Invitations of Monteclaro that wait for their hour."""
    run = InvitationRun(agency_id=cast.monteclaro.id, starts_at=clock.now() + timedelta(days=1))
    with unit_of_work() as work:
        work.add(run)
    return {"run": str(run.id)}


def packages(cast) -> dict[str, str]:
    """A package of Ana's own words that is ready, and one of the agency that waits."""
    order = ask_package(cast.ana, PackageKind.OWN, cast.ana.id)
    make_package(order.id)
    of_agency = ask_agency_package(cast.dorleta, cast.monteclaro)
    return {"package": str(order.id), "agency_package": str(of_agency.id)}


def plan(cast) -> dict[str, str]:
    """A plan of Monteclaro that moves a post of Licences."""
    made = create_plan(cast.dorleta, cast.monteclaro, SECRET)
    post, unit = cast.officer_post, cast.urban_planning
    change = ChangeSpec.parse({"kind": "move_post", "post": post.id, "parent": unit.id})
    added = add_change(cast.dorleta, made, change)
    spare = add_change(cast.dorleta, made, change)
    discarded = create_plan(cast.dorleta, cast.monteclaro, SECRET)
    with unit_of_work() as work:
        facts = {"units": [["Licencias", "Archivo"]], "joined": [], "left": []}
        work.add(PlanNote(plan_id=made.id, person_id=cast.ana.id, facts=facts))
    return {
        "plan": str(made.id),
        "plan_change": str(added.id),
        "spare_change": str(spare.id),
        "discarded_plan": str(discarded.id),
        "plan_act": "discard",
        "plan_about": "people",
    }
