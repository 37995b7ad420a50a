"""The pages to measure, with the addresses that they have for one person.

Search as you type is requested as the browser does: only the fragment that changes.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from sqlalchemy import func, select

from intranet.attention.notifications.models import Notification
from intranet.collaboration.groups.models import Group
from intranet.collaboration.initiatives.models import Initiative
from intranet.collaboration.questions.models import QUESTION, Question
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation, ConversationKind
from intranet.messaging.conversations.queries import standings
from intranet.messaging.spaces.models import Reach, Space
from intranet.organisation.agencies.models import Unit
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import current_appointments
from intranet.publishing.publications.announcement_models import Announcement, Recipient
from intranet.publishing.publications.models import ARTICLE, Publication
from intranet.publishing.publications.voices import space_ids

Pages = Mapping[str, Sequence[str]]
PART = "PART"
"""Stands in for a method: request only the fragment of the page that changes while typing."""
PART_HEADERS = {"HX-Request": "true"}
NAMES = (
    *("m", "ma", "mar", "mari", "maria", "maria g", "maria garcia", "María García Núñez"),
    *("garzia", "gonzlez", "lopez jose", "a. castro", "m.j. perez", "garcia-peñas", "obrien"),
    *("administrativo", "jefe", "tecnico de gestion", "licencias", "secretaria", "urbanismo"),
    *("contratación", "kontratazioa", "payroll", "padrón", "ayuntamiento", "oficina", "a", "x"),
    *("secretaria galdakao", "arquitecta técnica", "policia local jefe", "zzzzzz", "de la", ""),
)
FILTERS = (
    *("", "&group=person", "&kind=municipality&level=2"),
    *("&territory=ES-GA&function=SEC", "&group=person&order=name"),
)
QUESTIONS = (
    *("contratación", "who runs payroll in small towns", "padrón de habitantes"),
    *("licencias de obra", "ulertzen ez dudan IFZ tramitea", "secretari municipal"),
    *("arquitecto", "contratacio publica"),
)
TITLES = (
    *("pad", "padrón", "padrón sin papeles", "licencia de obra menor en un día"),
    *("contrato menor prórroga plazo", "arxiu electrònic", "kontratu txikia", "actas do pleno"),
    *("public procurement of small works", "¿Quién firma si falta el secretario?", "zzyzzy"),
)
WORDS = ("plan", "padrón papeles", "contrato menor", "zzyzzyz", "informe 3700", "servicio")
OPERATORS = (
    *("from:me plan", "after:2026 servicio", "before:2025-06-01 contrato", "has:file informe"),
    *('"de la"', "contrato before:2026-01-01 after:2025-09-01"),
)


def request_of(address: str) -> dict[str, Any]:
    """Return the arguments of a test client for an address: method, path and headers."""
    method, path = address.split(" ", 1) if " " in address else ("GET", address)
    if method == PART:
        return {"method": "GET", "path": path, "headers": PART_HEADERS}
    return {"method": method, "path": path}


def pages_of(person: Person) -> Pages:
    """Return the addresses of each kind of page by its name."""
    held = current_appointments(person.id)[0]
    code = held.post.unit.agency.code
    return {
        "home": ["/"],
        "messages": ["/messages"],
        **_conversations(person),
        **_publications(person, code, str(held.post.unit_id)),
        **_shared(),
        **_finding(),
        **_who_is_who(person),
        **_told(person),
        **_discussed(),
    }


def administration_of(person: Person) -> Pages:
    """Return the addresses of the administration of the person's agency."""
    held = current_appointments(person.id)[0]
    code = held.post.unit.agency.code
    names = (
        *("", "/units", "/units?q=ofi", "/posts", "/posts?q=tec", "/posts?vacant=1", "/functions"),
        *("/people", "/people?q=mar", "/appointments", "/appointments?q=gar", "/audit"),
        *("/audit?act=appointment.create", "/deliveries", "/administrators", "/groups"),
        *("/weekly", "/settings", "/suggestions/people?q=mar"),
    )
    return {f"admin{name}": [f"/admin/{code}{name}"] for name in names}


def exports_of(person: Person) -> Pages:
    """Return the addresses of exports, which are rare and may take longer."""
    held = current_appointments(person.id)[0]
    code = held.post.unit.agency.code
    owed = _owed(person)
    return {
        "export people": [f"POST /admin/{code}/people/export"],
        "export audit": [f"POST /admin/{code}/audit/export"],
        "audit, checked": [f"/admin/{code}/audit?check=1"],
        **({"export report": [f"POST /p/{owed}/report.csv"]} if owed else {}),
    }


def _conversations(person: Person) -> Pages:
    """Return the pages of the busiest conversation: its end, its middle, a message."""
    rows = [row.conversation for row in standings(person)]
    busiest = max(rows, key=lambda row: row.last_seq)
    largest = next((row for row in rows if row.space and row.space.kind == "agency"), busiest)
    at = f"/c/{busiest.id}"
    api = f"/api/v1/conversations/{busiest.id}/messages"
    end, middle = busiest.last_seq, max(busiest.last_seq // 2, 1)
    return {
        "conversation": [at],
        "conversation, middle": [f"{at}?around_seq={middle}"],
        "conversation, earlier": [f"{at}?before_seq={middle}"],
        "message": [f"{at}/m/{end}", f"{at}/m/{middle}"],
        "pins": [f"{at}/pins"],
        "members": [f"{at}/members", f"/c/{largest.id}/members", f"/c/{largest.id}/members?q=mar"],
        "mentioning": [
            f"{PART} /c/{largest.id}/mentions?q={quote(name)}" for name in ("m", "mar", "maria g")
        ],
        "agency's channel": [f"/c/{largest.id}"],
        "catching up": [f"{api}?since_rev={max(end - 200, 0)}"],
        "API, conversations": ["/api/v1/conversations"],
    }


def _publications(person: Person, code: str, unit_id: str) -> Pages:
    got = db.session.scalars(
        select(Publication.id)
        .join(Recipient, Recipient.publication_id == Publication.id)
        .where(Recipient.person_id == person.id)
        .order_by(Publication.published_at.desc())
        .limit(5)
    ).all()
    article = db.session.scalar(
        select(Publication.id)
        .where(Publication.kind == ARTICLE)
        .where(Publication.visibility == "network")
        .limit(1)
    )
    found = {
        "publications": ["/publications"],
        "publications, over": ["/publications?view=over"],
        "publications, own": ["/publications?view=own"],
        "publications, followed": ["/publications?view=following"],
        "publications, articles": ["/publications?kind=article"],
        "publications, agency": [f"/publications?agency={code}"],
        "publications, unit": [f"/publications?unit={unit_id}"],
        "publications, topic": ["/publications?topic=PRO"],
        "API, publications": ["/api/v1/publications"],
    }
    if got:
        found["publication"] = [f"/p/{each}" for each in got]
        found["publication, versions"] = [f"/p/{each}/versions" for each in got]
    if article:
        found["article"] = [f"/p/{article}"]
    if owed := _owed(person):
        found["report"] = [f"/p/{owed}/report"]
        found["report, absent"] = [f"/p/{owed}/report?show=absent"]
        found["report, a name"] = [f"/p/{owed}/report?q=mar"]
    return found


def _owed(person: Person) -> Any:
    """Return the id of the newest required reading in the spaces where the person publishes."""
    return db.session.scalar(
        select(Publication.id)
        .join(Announcement, Announcement.publication_id == Publication.id)
        .where(Publication.space_id.in_(space_ids(person)), Announcement.due_on.is_not(None))
        .order_by(Publication.published_at.desc())
        .limit(1)
    )


def _shared() -> Pages:
    group_id = db.session.scalar(
        select(Group.space_id)
        .join(Space, Space.id == Group.space_id)
        .where(Space.reach == Reach.NETWORK, Group.is_listed)
        .limit(1)
    )
    initiatives = db.session.scalars(
        select(Initiative.publication_id).order_by(Initiative.changed_at.desc()).limit(3)
    )
    questions = db.session.scalars(
        select(Question.publication_id).order_by(Question.asked_at.desc()).limit(3)
    )
    return {
        "groups": ["/groups", "/groups?q=padrón", "/groups?topic=PRO"],
        "group": [f"/groups/{group_id}"],
        "group, published": [f"/groups/{group_id}/published"],
        "initiatives": ["/initiatives", "/initiatives?stage=running", "/initiatives?topic=LIC"],
        "initiatives, words": ["/initiatives?q=padrón+papeles"],
        "initiative": [f"/initiatives/{each}" for each in initiatives],
        "questions": ["/questions", "/questions?view=open", "/questions?topic=LIC"],
        "questions, words": ["/questions?q=contrato+menor"],
        "questions, mine": ["/questions?view=mine", "/questions?view=asked"],
        "question": [f"/questions/{each}" for each in questions],
        **{f"{name}": [f"/{name}"] for name in ("criteria", "models", "ideas", "polls", "events")},
        "moderation": ["/moderation/mine"],
        **{
            f"nearest {kind}": [
                f"{PART} /publications/nearest?kind={kind}&q={quote(typed)}" for typed in TITLES
            ]
            for kind in ("question", "initiative")
        },
    }


def _finding() -> Pages:
    return {
        "directory, as one types": [f"{PART} /directory?q={quote(words)}" for words in NAMES],
        "directory, words": [f"/directory?q={quote(words)}" for words in NAMES[::6]],
        "directory, filtered": [
            f"/directory?q={quote(words)}{chosen}" for words in NAMES[::4] for chosen in FILTERS
        ],
        "switcher": [f"{PART} /switcher?q={quote(words)}" for words in NAMES],
        "counterparts": [f"/counterparts?q={quote(words)}" for words in QUESTIONS],
        "counterparts, own": ["/counterparts"],
        "search, as one types": [f"{PART} /search?q={quote(words)}" for words in NAMES[4:]],
        "search, words": [f"/search?q={quote(words)}" for words in WORDS],
        "search, messages": [f"/search?kind=message&q={quote(words)}" for words in WORDS],
        "search, files": ["/search?kind=file&q=informe"],
        "search, published": [f"/search?kind=publication&q={quote(words)}" for words in WORDS],
        "search, operators": [f"/search?q={quote(words)}" for words in OPERATORS],
        "search, suggestions": [
            f"{PART} /search/suggestions?q={each}" for each in ("from:an", "in:of")
        ],
    }


def _who_is_who(person: Person) -> Pages:
    held = current_appointments(person.id)[0]
    code = held.post.unit.agency.code
    root = db.session.get_one(Unit, held.post.unit.ancestor_ids[0])
    return {
        "agencies": ["/agencies"],
        "organisation chart": [f"/agencies/{code}"],
        "organisation list": [f"/agencies/{code}/list", f"/agencies/{code}/list?q=mar"],
        "unit": [f"/units/{held.post.unit_id}"],
        "largest unit": [f"/units/{root.id}"],
        "post": [f"/posts/{held.post_id}"],
        "person": [f"/people/{person.id}"],
        "choosing a talk": ["/conversations/new?q=mar"],
    }


def _told(person: Person) -> Pages:
    found = {"notifications": ["/notifications"], "the bell": ["/notifications/count"]}
    told = db.session.scalars(
        select(Notification.id)
        .where(Notification.person_id == person.id)
        .order_by(Notification.created_at.desc())
        .limit(3)
    ).all()
    if told:
        found["notification"] = [f"/notifications/{each}" for each in told]
    return found


def _discussed() -> Pages:
    count = select(func.max(Conversation.last_seq)).where(
        Conversation.kind == ConversationKind.DISCUSSION
    )
    discussed = db.session.scalar(
        select(Publication.id)
        .join(Conversation, Conversation.id == Publication.conversation_id)
        .where(
            Publication.kind == QUESTION,
            Conversation.last_seq == count.scalar_subquery(),
        )
        .limit(1)
    )
    return {"question, much discussed": [f"/questions/{discussed}"]} if discussed else {}
