"""No page of administration offers what its reader may not do: each role walks all of them.

Every link is opened and every form is sent as it stands; what a form did is taken back after it.
"""

import sqlite3
from collections import Counter, deque
from contextlib import closing, contextmanager
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from lxml import html

from intranet.extensions import db
from intranet.organisation.accounts.operations.accounts import create_account, disable_account
from intranet.organisation.accounts.operations.sensitive_changes import ask_for
from intranet.organisation.agencies.operations.administrations import give_role
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.agencies.roles import ROLES_FOR, Act, AgencyRole
from intranet.organisation.people.operations.appointments import appoint
from intranet.organisation.people.operations.people import create_person
from intranet.platform.core import clock
from intranet.platform.core.types import Localized
from tests.cast import sign_in

pytestmark = pytest.mark.slow

TOWN = "/admin/L01990012"
NAMES = (
    None,
    {"staff_number": "1"},
    {"email": "2@x.example"},
    {"email": "3@x.example", "password_hash": "x"},
    {"staff_number": "4", "password_hash": "x"},
    {"email": "5@x.example"},
)
"""Who has no account, one without a mailbox, an invited one, one in use, and a closed one."""
REFUSALS = (
    "Solo puede realizar esta acción quien administra",
    "No tienes en esta administración un rol que permita hacerlo",
)
"""The sentences of `agencies.access`, as a page shows them."""
MOST_ALIKE = 4
"""How many pages of one kind are opened, but all of people, who are of every sort."""
PEOPLE = f"{TOWN}/people/*"


@pytest.fixture(scope="module")
def staffed(matrix_app, matrix_cast, world):
    """People of every sort: with a role, without an account, invited, closed, changing."""
    cast = matrix_cast
    today = clock.today("Europe/Madrid")
    with matrix_app.app_context():
        spec = PostSpec(unit=cast.systems, title=Localized({"es": "Control"}), places=9)
        post = create_post(None, spec)
        give_role(None, cast.monteclaro, post, AgencyRole.AUDITOR)
        for number, names in enumerate(NAMES):
            person = create_person(None, cast.monteclaro, f"with {number}")
            appoint(None, post, person, starts_on=today)
            _account(cast, person, names, number)
        for number, names in enumerate(NAMES):
            _account(cast, create_person(None, cast.monteclaro, f"nobody {number}"), names, number)
        ask_for("address", cast.account_of(cast.carles), {"email": "z@x.es"}, cast.dorleta)
    return cast


def _account(cast, person, names, number):
    """Give somebody an account of one of the sorts."""
    if names is None:
        return
    given = {name: f"{person.name[:4]}{value}" for name, value in names.items()}
    account = create_account(None, person, cast.monteclaro, **given)
    if number == len(NAMES) - 1:
        disable_account(None, account)


@contextmanager
def taken_back(app):
    """Keep the database as it is now; give what puts it back, which happens at the end too."""
    with app.app_context():
        path = str(db.engine.url.database)

    def copy(source, target):
        with app.app_context():
            db.session.remove()
        source.backup(target)

    with closing(sqlite3.connect(path)) as live, closing(sqlite3.connect(":memory:")) as kept:
        copy(live, kept)
        yield lambda: copy(kept, live)
        copy(kept, live)


@pytest.mark.only_on("sqlite", reason="what a form did is taken back by copying a file")
@pytest.mark.parametrize("role", AgencyRole)
def test_no_page_offers_what_its_reader_may_not_do(matrix_app, staffed, role):
    with taken_back(matrix_app):
        with matrix_app.app_context():
            give_role(None, staffed.monteclaro, staffed.architect_post, role)
        client = sign_in(matrix_app.test_client(), staffed.xoel)
        client.get("/nothing")
        with taken_back(matrix_app) as back:
            walk = Walk(client, back)
            walk.begin(TOWN)
    assert walk.refused == set()
    assert len(walk.seen) > 2
    assert walk.sent.total() > 100 or role not in ROLES_FOR[Act.PEOPLE]


class Walk:
    """A walk through every page from a first one, which sends the forms that it finds."""

    def __init__(self, client, back):
        self.client, self.back = client, back
        self.refused: set[tuple[str, ...]] = set()
        self.seen: set[str] = set()
        self.kinds: Counter[object] = Counter()
        self.sent: Counter[object] = Counter()

    def begin(self, start):
        """Open one page after the other, until no new one is linked."""
        queue = deque([start])
        while queue:
            address = queue.popleft()
            answer = self.client.get(address, follow_redirects=True)
            if answer.status_code in {403, 404}:
                self.refused.add((_kind(address), "GET", str(answer.status_code)))
            if answer.mimetype == "text/html" and address.startswith("/admin"):
                page = html.fromstring(answer.text)
                queue.extend(self.links(page, address))
                self.send_all(page, address)

    def links(self, page, address):
        """New addresses that a page leads to; of many alike only some."""
        for link in page.xpath("//a[@href]"):
            to = urljoin(address, link.get("href")).split("#")[0]
            if urlsplit(to).netloc or to in self.seen:
                continue
            self.seen.add(to)
            kind = (_kind(to), tuple(sorted(dict(parse_qsl(urlsplit(to).query)))))
            self.kinds[kind] += 1
            if self.kinds[kind] <= MOST_ALIKE or kind == (PEOPLE, ()):
                yield to

    def send_all(self, page, address):
        """Send the forms of a page by each of their buttons."""
        for form in page.forms:
            action = urljoin(address, form.action or address)
            if form.method.upper() != "POST" or not action.startswith("/admin"):
                continue
            for pressed in _buttons(form):
                key = (_kind(action), tuple(pressed.values()))
                self.sent[key] += 1
                if self.sent[key] <= MOST_ALIKE or action.startswith(f"{TOWN}/people/"):
                    self.send(address, action, _fields(form) | pressed)
                    self.back()

    def send(self, address, action, fields):
        """Send a form, and note whether it is refused, by its answer or by the next page."""
        done = self.client.submit(action, fields, buffered=True)
        is_told = done.status_code == 303 and _is_told(
            self.client, urljoin(action, str(done.location))
        )
        if is_told or done.status_code in {403, 404}:
            self.refused.add((_kind(address), _kind(action), str(done.status_code)))


def _is_told(client, address):
    """Whether the next page says that what was sent was not allowed."""
    text = client.get(address).text
    return any(words in text for words in REFUSALS)


def _kind(address):
    """A page without the ids in its address."""
    path = urlsplit(address).path
    return "/".join("*" if len(part) > 30 or part.isdigit() else part for part in path.split("/"))


def _buttons(form):
    buttons = form.xpath(".//button[not(@type) or @type='submit']")
    own = form.get("id")
    if own:
        buttons += form.xpath(f"//button[@form='{own}']")
    return [{b.get("name"): b.get("value", "")} if b.get("name") else {} for b in buttons]


def _fields(form):
    """What a browser sends, with the first choice where one is required."""
    fields = dict(form.form_values())
    for field in form.xpath(".//input[@name][@type='radio' or @type='checkbox']"):
        fields.setdefault(field.get("name"), field.get("value", "on"))
    for field in form.xpath(".//*[@name][@required]"):
        if not fields.get(field.get("name")):
            fields[field.get("name")] = "2027-01-15" if field.get("type") == "date" else "x"
    fields.pop("csrf_token", None)
    return fields
