"""The reports and decisions of the story, and the rules of Monteclaro."""

from typing import Any

from sqlalchemy import select

from intranet.attention.moderation.models import Outcome, Reason, Subject
from intranet.attention.moderation.operations.appealing import appeal
from intranet.attention.moderation.operations.deciding import decide
from intranet.attention.moderation.operations.reporting import report
from intranet.attention.moderation.operations.ruling import write_rules
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.queries import channels_of
from intranet.messaging.messages.models import Message
from intranet.messaging.messages.posting import post_message
from intranet.messaging.spaces.models import Space
from intranet.messaging.spaces.queries import space_of_unit
from intranet.platform.core import clock
from intranet.platform.core.ids import uuid7
from intranet.publishing.publications.models import ARTICLE, Publication
from tools.demo.settling import LoadedStory

MESSAGES_WRITTEN = 2
"""The number of messages written here."""
RULES = """
Aquí escribimos a compañeras y compañeros. Se discrepa de lo que se dice, no de quien lo dice.

- **Trato**: como en una reunión con la puerta abierta. Ni insultos, ni burlas, ni motes.
- **Datos personales**: los teléfonos y direcciones de la gente no se pegan en un canal.
- **Cada cosa en su sitio**: las ventas, los sorteos y las porras, en el tablón de la cafetería.
- **Errores**: quien se equivoca lo corrige a la vista. Quien lo señala, lo hace una vez.

Si algo no está bien, usa «Señalar a moderación»: nadie sabrá que fuiste tú. Quien modera explica
cada decisión, y siempre puede revisarla otra persona.
"""


def moderate(settled: LoadedStory) -> None:
    """Write the rules, two pending reports, and a decision with an appeal."""
    people = settled.people
    write_rules(people["dorleta"], settled.agencies["monteclaro"], {"es": RULES.strip()}, version=0)
    _decided(settled)
    sale = _said(
        settled,
        _discussion(settled, "monteclaro/urbanismo"),
        "toni",
        "-1d 09:04",
        "Vendo dos entradas para el concierto del sábado, 40 € cada una. Escribidme aparte.",
    )
    _at(
        settled,
        "-1d 09:40",
        lambda: report(
            people["blanca"],
            Subject.MESSAGE,
            sale.id,
            Reason.OFF_TOPIC,
            "Es la tercera vez este mes. Esto lo leen 300 personas.",
        ),
    )
    report(
        people["leila"],
        Subject.PROFILE,
        people["curro"].id,
        Reason.MISLEADING,
        "Dice que lleva los contratos de obra y los lleva Mar: me llegan a mí las preguntas.",
    )


def _decided(settled: LoadedStory) -> None:
    people = settled.people
    said = _said(
        settled,
        _channel(settled, "monteclaro/obras"),
        "florin",
        "-2d 13:40",
        "Paco, para tres vallas no hacen falta dos reuniones. Si no vales para mandar, dilo.",
    )
    case = _at(
        settled,
        "-2d 13:55",
        lambda: report(
            people["paco"],
            Subject.MESSAGE,
            said.id,
            Reason.INSULT,
            "Delante de toda la sección, y no es la primera vez.",
        ),
    )
    _at(
        settled,
        "-2d 14:30",
        lambda: decide(
            people["nuria"],
            case,
            Outcome.HIDDEN,
            Reason.INSULT,
            "A un compañero no se le dice esto aquí. Lo del tiempo lo vemos los tres mañana.",
            mute_days=3,
        ),
    )
    _at(
        settled,
        "-1d 08:15",
        lambda: appeal(
            people["florin"],
            case,
            "Lo dije en caliente y ya hablé con él. Tres días sin poder escribir me parece mucho.",
        ),
    )


def _channel(settled: LoadedStory, unit: str) -> Conversation:
    return channels_of(_space(settled, unit))[0]


def _discussion(settled: LoadedStory, unit: str) -> Conversation:
    """Return the discussion of the first article of a unit."""
    first = (
        select(Publication)
        .where(
            Publication.space_id == _space(settled, unit).id,
            Publication.kind == ARTICLE,
        )
        .order_by(Publication.published_at)
        .limit(1)
    )
    article = db.session.scalars(first).one()
    return db.session.get_one(Conversation, article.conversation_id)


def _space(settled: LoadedStory, unit: str) -> Space:
    space = space_of_unit(settled.units[unit].id)
    if space is None:
        raise LookupError(unit)
    return space


def _said(settled: LoadedStory, talk: Conversation, by: str, at: str, text: str) -> Message:
    author = settled.people[by]
    message: Message = _at(
        settled, at, lambda: post_message(author, talk.id, text, client_id=uuid7())
    )
    return message


def _at(settled: LoadedStory, at: str, do: Any) -> Any:
    with clock.freeze(settled.calendar.instant(at)):
        return do()
