"""Who did what, in one sentence for the list, mail, push and the digest; each thing once."""

import re
from uuid import uuid4

import pytest
from sqlalchemy import select

from intranet.attention.notifications import queries
from intranet.attention.notifications.jobs import enqueue_digests
from intranet.attention.notifications.labels import WHYS
from intranet.attention.notifications.mail_texts import letter, push_words
from intranet.attention.notifications.models import Notification
from intranet.attention.notifications.queries import Tab
from intranet.attention.notifications.sentence import sentence
from intranet.attention.notifications.sentences import SENTENCES
from intranet.attention.notifications.view_models import NotificationRow, notification_views
from intranet.extensions import db
from intranet.messaging.conversations.operations import start_direct_message
from intranet.messaging.messages.operations import delete_message, edit_message
from intranet.messaging.messages.posting import post_message
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.models import Agency, ArticleRule, MailContent
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.mail import in_language
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.follows import FollowKind
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.approving import approve, return_to_author, submit
from intranet.publishing.publications.operations.following import follow
from tests.attention.notifications.conftest import announce, at, work_off
from tests.collaboration.questions.helpers import answer, asked, solved, talk_of
from tests.messaging.messages.helpers import channel_of
from tests.publishing.publications.test_employees_articles import written

LANGUAGES = ("en", "es", "ca", "gl", "eu")
MESSAGES = ("direct", "channel")
LONG = "Ordenanza " * 18 + "ñ l·l ß 🚲 O'Neill"


def rows_of(person: Person, tab: Tab = Tab.ALL) -> list[NotificationRow]:
    """The list as the person sees it, in Spanish."""
    work_off()
    db.session.rollback()
    with in_language("es"):
        return notification_views(person, queries.latest(person, None, 50, tab))


def mention(author: Person, room, person: Person, words: str):
    """A message that mentions somebody."""
    body = f"@[{person.name}](person:{person.id}) {words}"
    return post_message(author, room.id, body, client_id=uuid4())


def account_of(person: Person) -> Account:
    """The account of a person."""
    return db.session.scalars(select(Account).where(Account.person_id == person.id)).one()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_act_is_a_whole_sentence_in_each_language(app_context, language):
    with in_language(language):
        for act in (*SENTENCES, *MESSAGES):
            for actors in ([], ["Ana"], ["Ana", "Xoel"], ["Ana", "Xoel", "Iria", "Bieito"]):
                said = str(sentence(act, actors, "Licencias", 3))
                assert "%(" not in said, (act, said)
                form = SENTENCES.get(act)
                if actors and (form is None or form.by):
                    assert "Ana" in said, (act, said)
                if form is None and act == "direct":
                    continue
                texts = [str(form.alone), *(form.by or ())] if form else ["%(what)s"]
                if all("%(what)s" in text for text in texts if text):
                    assert "Licencias" in said, (act, said)


def test_every_act_has_its_sentence_and_its_reason():
    said = {act.removesuffix("_own").removesuffix("_direct") for act in SENTENCES}
    of_kinds = {"addressed", "corrected", "follow", "talk", "channel"}
    without_reason = {
        "confirm",
        "confirm_again",
        "published",
        "question_new",
        "withdrawn",
        "hidden",
        "thread_in",
    }
    assert said - without_reason == set(WHYS) - of_kinds


def test_names_and_titles_are_text_and_never_markup(app_context):
    with in_language("en"):
        said = sentence("answered", ["<img src=x>"], "</b><script>")
    assert "<img" not in said.html
    assert "<script" not in said.html
    assert said.html.count("<b>") == said.html.count("</b>") == 2


@pytest.mark.slow
@pytest.mark.both
def test_several_answers_are_one_row_that_names_the_newest(app_context, cast, working_day):
    question = asked(cast.ana, "¿Qué tasa se aplica?")
    for minute, person in enumerate((cast.carles, cast.bieito, cast.elna)):
        with clock.freeze(at(f"2027-03-09 10:0{minute}")):
            answer(person, question, f"Respuesta {minute}.")
            work_off()
    (row,) = rows_of(cast.ana)
    elna = cast.elna.name
    assert row.title == f"{elna} y 2 personas más respondieron a tu pregunta ¿Qué tasa se aplica?"
    assert row.words == "Respuesta 2."
    assert row.place.startswith("Preguntas")
    assert queries.unseen_count(cast.ana) == 1


@pytest.mark.slow
@pytest.mark.both
def test_an_answer_that_mentions_one_is_one_notification(app_context, cast, working_day):
    question = asked(cast.ana)
    answer(cast.carles, question, f"@[Ana](person:{cast.ana.id}) no se prorroga.")
    (row,) = rows_of(cast.ana)
    assert cast.carles.name in row.title
    told = select(Notification).where(Notification.person_id == cast.ana.id)
    assert len(db.session.scalars(told).all()) == 1


@pytest.mark.slow
def test_an_acceptance_names_the_asker_unless_they_hide(app_context, cast, working_day):
    named, hidden = asked(cast.xoel, "Un?"), asked(cast.xoel, "Dous?", is_named=False)
    for question in (named, hidden):
        solved(cast.xoel, question, answer(cast.elna, question))
    titles = {row.title for row in rows_of(cast.elna) if "Un?" in row.title or "Dous?" in row.title}
    assert any(cast.xoel.name in title and "Un?" in title for title in titles)
    (of_hidden,) = [title for title in titles if "Dous?" in title]
    assert cast.xoel.name not in of_hidden


@pytest.mark.slow
@pytest.mark.both
def test_direct_messages_are_counted_and_the_newest_is_shown(app_context, cast, working_day):
    talk = start_direct_message(cast.carles, [cast.ana])
    for minute, words in enumerate(("¿Puedes?", "¿Hoy?", "Es urgente.")):
        with clock.freeze(at(f"2027-03-09 10:1{minute}")):
            post_message(cast.carles, talk.id, words, client_id=uuid4())
            work_off()
    (row,) = rows_of(cast.ana)
    assert row.title == f"{cast.carles.name} te ha escrito 3 mensajes"
    assert row.words == "Es urgente."
    assert row.at == at("2027-03-09 10:12")


@pytest.mark.both
def test_the_words_follow_an_edit_and_a_deleted_message_gives_way(app_context, cast, working_day):
    room = channel_of(cast.urban_planning)
    with clock.freeze(at("2027-03-09 10:01")):
        first = mention(cast.carles, room, cast.ana, "el primero")
        work_off()
    with clock.freeze(at("2027-03-09 10:02")):
        second = mention(cast.carles, room, cast.ana, "el segundo")
        work_off()
    body = f"@[Ana](person:{cast.ana.id}) cambiado del todo"
    edit_message(cast.carles, second, body, body_rev=second.body_rev)
    (row,) = rows_of(cast.ana)
    assert row.words.endswith("cambiado del todo")
    delete_message(cast.carles, second)
    (row,) = rows_of(cast.ana)
    assert "el primero" in row.words
    assert queries.unseen_count(cast.ana) == 1
    delete_message(cast.carles, first)
    assert rows_of(cast.ana) == []
    assert queries.unseen_count(cast.ana) == 0


@pytest.mark.slow
def test_five_hundred_mentions_are_one_row_at_the_same_cost(
    app_context, cast, working_day, count_queries
):
    room = channel_of(cast.urban_planning)
    mention(cast.carles, room, cast.ana, "uno")
    work_off()
    (before,) = rows_of(cast.ana)
    with in_language("es"), count_queries() as for_one:
        notification_views(cast.ana, queries.latest(cast.ana, None, 50))
    model = db.session.scalars(select(Notification)).first()
    assert model is not None
    values = {key: getattr(model, key) for key in ("person_id", "kind", "why", "thing", "actor_id")}
    with unit_of_work() as work:
        for number in range(499):
            more = {"conversation_id": model.conversation_id, "message_id": model.message_id}
            work.add(Notification(key=f"mention:{number}", **values, **more))
    (row,) = rows_of(cast.ana)
    assert row.title == before.title
    assert row.number == 500
    with in_language("es"), count_queries() as for_many:
        notification_views(cast.ana, queries.latest(cast.ana, None, 50))
    assert len(for_many) <= len(for_one)
    assert queries.tab_counts(cast.ana)[Tab.MENTIONS] == 1


@pytest.mark.slow
@pytest.mark.both
def test_tabs_show_their_part_and_count_what_waits(app_context, cast, working_day):
    announce(cast.carles, days=3)
    mention(cast.carles, channel_of(cast.urban_planning), cast.ana, "mira")
    question = asked(cast.ana)
    answer(cast.elna, question)
    expected = {Tab.ALL: 3, Tab.UNSEEN: 3, Tab.MENTIONS: 1, Tab.REPLIES: 1, Tab.TO_CONFIRM: 1}
    assert {tab: len(rows_of(cast.ana, tab)) for tab in Tab} == expected
    counts = queries.tab_counts(cast.ana)
    assert counts == {tab: number for tab, number in expected.items() if tab != Tab.ALL}


@pytest.mark.slow
def test_seen_and_unseen_again_with_all_that_stands_behind_a_row(app, cast, client_of, working_day):
    with app.app_context():
        question = asked(cast.ana)
        for person in (cast.carles, cast.elna):
            answer(person, question)
        (row,) = rows_of(cast.ana)
    ana, iria = client_of(cast.ana), client_of(cast.iria)
    assert ana.submit("/notifications/seen", {"ids": str(row.id)}).status_code == 303
    assert [one["seen"] for one in ana.get("/api/v1/notifications").json["items"]] == [True]
    address = f"/notifications/{row.id}/unseen"
    assert (
        iria.submit(address).status_code
        == iria.submit(f"/notifications/{uuid4()}/unseen").status_code
        == 404
    )
    assert ana.submit(address).status_code == 303
    assert [one["seen"] for one in ana.get("/api/v1/notifications").json["items"]] == [False]


@pytest.mark.slow
def test_a_title_of_the_longest_and_of_strange_letters_stands_whole(
    app, cast, client_of, working_day
):
    with app.app_context():
        question = asked(cast.ana, LONG)
        answer(cast.elna, question, "Si: ñ l·l ß 🚲 O'Neill.")
        work_off()
    page = client_of(cast.ana).get("/notifications").text
    assert "ñ l·l ß 🚲 O&#39;Neill</b>" in page
    assert "ñ l·l ß 🚲 O&#39;Neill.</q>" in page


@pytest.mark.slow
@pytest.mark.both
def test_list_mail_push_and_digest_say_the_same_once(app_context, cast, mail):
    with unit_of_work():
        for agency in db.session.scalars(select(Agency)):
            agency.mail_content = MailContent.TEXT
    with clock.freeze(at("2027-03-09 10:00")):
        question = asked(cast.ana, "¿Qué tasa se aplica?")
        answer(cast.carles, question, "Ninguna.")
        talk = talk_of(question)
        post_message(cast.carles, talk.id, "Salvo en zona azul.", client_id=uuid4())
        (row,) = rows_of(cast.ana)
        (told,) = queries.latest(cast.ana, None, 5)
        account = account_of(cast.ana)
        assert letter(told, account).subject == row.title
        pushed = push_words(told, account)
        assert (pushed.title, pushed.body) == (row.title, row.words)
        enqueue_digests(clock.now())
        (digest,) = [sent for sent in mail() if sent["To"] == account.email]
    text = digest.get_body(("plain",)).get_content()
    said = re.sub(r"\s+", " ", text)
    assert said.count(row.title) == 1
    assert said.count("Salvo en zona azul.") == 1
    assert "Ninguna." not in said


def test_what_may_not_leave_names_nobody(app_context, cast, working_day):
    with unit_of_work():
        for agency in db.session.scalars(select(Agency)):
            agency.mail_content = MailContent.NOTHING
    mention(cast.carles, channel_of(cast.urban_planning), cast.ana, "mira esto")
    work_off()
    (told,) = queries.latest(cast.ana, None, 5)
    pushed = push_words(told, account_of(cast.ana))
    assert pushed.title == "Tienes un mensaje"
    assert pushed.body == ""


@pytest.mark.slow
def test_an_article_that_waits_for_approval_names_its_author(app_context, cast, working_day):
    with unit_of_work():
        db.session.get_one(Agency, cast.monteclaro.id).articles = ArticleRule.APPROVAL
    draft = written(cast.xoel)
    waiting = submit(cast.xoel, draft, "", edition=draft.edition)
    (asked_for,) = rows_of(cast.carles)
    assert asked_for.title == (
        f"{cast.xoel.name} pide tu aprobación para el artículo Un día en ventanilla"
    )
    assert asked_for.path == f"/p/{waiting.id}/approval"
    waiting = db.session.get_one(Publication, waiting.id)
    return_to_author(cast.carles, waiting, "Falta la fuente.", edition=waiting.edition)
    (returned,) = rows_of(cast.xoel)
    assert returned.title == f"{cast.carles.name} te devolvió el artículo Un día en ventanilla"
    assert returned.words == "Falta la fuente."


@pytest.mark.slow
def test_what_an_approver_says_of_a_correction_is_for_its_author(app_context, cast, working_day):
    with unit_of_work():
        db.session.get_one(Agency, cast.monteclaro.id).articles = ArticleRule.APPROVAL
    follow(cast.ana, FollowKind.PERSON, cast.xoel.id.hex)
    draft = written(cast.xoel)
    submit(cast.xoel, draft, "", edition=draft.edition)
    approve(cast.carles, draft, edition=draft.edition)
    (before,) = rows_of(cast.ana)
    submit(cast.xoel, draft, "Sin el nombre de López.", edition=draft.edition)
    (asked_for,) = rows_of(cast.ana)
    return_to_author(cast.carles, draft, "López no debe salir.", edition=draft.edition)
    (returned,) = rows_of(cast.ana)
    assert before.words == asked_for.words == returned.words
    assert "López no debe salir." in {row.words for row in rows_of(cast.xoel)}
