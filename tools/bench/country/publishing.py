"""The publications of the country, with recipients and acknowledgements of announcements.

Their words come from the demonstration, with the same frequencies.
"""

import random
from collections.abc import Sequence
from datetime import timedelta
from itertools import accumulate
from uuid import UUID

from intranet.collaboration.initiatives.models import (
    INITIATIVE,
    Initiative,
    InitiativeTranslation,
    Stage,
)
from intranet.collaboration.questions.models import QUESTION, Question, QuestionState
from intranet.organisation.agencies.models import Function
from intranet.platform.core.types import Localized
from intranet.platform.index.operations import row_of
from intranet.publishing.publications.announcement_models import (
    Acknowledgement,
    Announcement,
    PublicationAtom,
    Recipient,
)
from intranet.publishing.publications.index_documents import publication_document
from intranet.publishing.publications.models import (
    ANNOUNCEMENT,
    ARTICLE,
    Publication,
    PublicationText,
    PublicationTopic,
    PublicationVersion,
)
from tools.bench.country.plan import CountrySpace
from tools.bench.country.raw import Of, as_json, id_of, instant, localized, moment
from tools.bench.country.sinks import Sink
from tools.bench.country.talking import Talking
from tools.bench.country.words import CountrySentences

KINDS = (
    *(QUESTION,) * 5,
    *(ANNOUNCEMENT,) * 3,
    *(ARTICLE, INITIATIVE),
)
SENTENCES_PER_TEXT = 8
AGENCY_ANNOUNCEMENTS = 10
"""Required readings for the whole of the largest agency."""
MAX_NOTIFIED = 2_000
CONFIRMED_SHARE, NOTIFIED_SHARE, SEEN_SHARE = 0.9, 0.5, 0.9


class Publishing:
    """A loader of publications, one at a time."""

    def __init__(
        self,
        sink: Sink,
        talking: Talking,
        pools: dict[str, CountrySentences],
        functions: Sequence[Function],
        chance: random.Random,
    ) -> None:
        self._talking, self._pools, self._functions = talking, pools, functions
        self._organisation, self._scale = talking.organisation, talking.scale
        self._chance = chance
        self._count = self._told = 0
        self._every = max(self._scale.publications // AGENCY_ANNOUNCEMENTS, 10)
        self._spaces = self._organisation.spaces
        self._weights = list(accumulate(self._weight(space) for space in self._spaces))
        self._open(sink)

    def publish(self, at: int) -> None:
        """Load the next publication, at an instant."""
        number = self._count
        self._count += 1
        kind = KINDS[number % len(KINDS)]
        [space] = self._chance.choices(self._spaces, cum_weights=self._weights)
        if number % self._every == self._every // 2:
            kind, space = ANNOUNCEMENT, self._spaces[0]
        language = self._organisation.language(space.agency)
        author = space.first
        publication = Publication(
            id=UUID(id_of(Of.PUBLICATION, number, at)),
            kind=kind,
            published_at=moment(at),
            published_by_id=UUID(self._organisation.person(author)),
        )
        said = self._chance.choices(self._pools[language].written, k=SENTENCES_PER_TEXT)
        title, body = said[0][:150], " ".join(said[1:])
        version = PublicationVersion(
            title=Localized({language: title}), body={language: body}, number=1
        )
        topics = self._chance.sample(self._functions, self._chance.randint(0, 2))
        self._pour(publication, version, space, language, at)
        for topic in topics:
            self._add_topic((publication.id.hex, topic.code))
        if kind == ANNOUNCEMENT:
            self._send(publication, space, at)
        elif kind == QUESTION:
            self._ask(publication, space, at)
        elif kind == INITIATIVE:
            self._begin(publication, space, language, said, at)
        row = row_of(publication_document(publication, version, (), topics))
        self._organisation.add_document(
            (
                *(row["kind"].value, publication.id.hex, None, row["author_id"].hex, instant(at)),
                *(row["title"], row["body"], row["tags"]),
            )
        )

    def _open(self, sink: Sink) -> None:
        self._add = sink.into(
            *(Publication, "id", "kind", "agency_id", "space_id", "post_id", "visibility"),
            *("published_at", "published_by_id", "conversation_id", "has_discussion", "version"),
            *("created_by_id", "created_at", "updated_by_id", "updated_at"),
        )
        self._add_announcement = sink.into(Announcement, "publication_id", "audience", "due_on")
        self._add_text = sink.into(PublicationText, "publication_id", "language", "title", "body")
        self._add_version = sink.into(
            *(PublicationVersion, "publication_id", "number", "title", "summary", "body", "html"),
            *("words", "sha256", "published_at", "published_by_id"),
        )
        self._add_topic = sink.into(PublicationTopic, "publication_id", "function_code")
        self._add_atom = sink.into(PublicationAtom, "publication_id", "key", "is_exception")
        self._add_recipient = sink.into(
            *(Recipient, "publication_id", "person_id", "post_id", "unit_id", "agency_id"),
            "confirmed_version",
        )
        self._add_acknowledgement = sink.into(
            *(Acknowledgement, "publication_id", "person_id", "post_id", "version", "way"),
            "acknowledged_at",
        )
        self._add_question = sink.into(
            *(Question, "publication_id", "addressee", "agency_id", "state", "asked_at"),
            *("answers", "first_answer_at"),
        )
        self._add_initiative = sink.into(
            Initiative, "publication_id", "agency_id", "stage", "stage_on", "changed_at"
        )
        self._add_initiative_text = sink.into(
            InitiativeTranslation, "publication_id", "language", "purpose", "problem"
        )

    def _weight(self, space: CountrySpace) -> float:
        """Return how often a space publishes: seldom for a whole agency."""
        if space.is_service:
            return 1.0
        return 0.02 if space.is_agency else 1.0

    def _pour(
        self,
        publication: Publication,
        version: PublicationVersion,
        space: CountrySpace,
        language: str,
        at: int,
    ) -> None:
        """Load the rows that every kind of publication has."""
        scale, when, kind = self._scale, instant(at), publication.kind
        author_id = self._organisation.person(space.first)
        visibility = conversation_id = None
        if kind == ANNOUNCEMENT:
            unit_id = UUID(scale.id_of(Of.UNIT, space.number))
            audience = as_json({"any": [{"unit": str(unit_id), "subtree": True}], "except": []})
            due_on = None
            if self._is_owed(space):
                due_on = (moment(at) + timedelta(days=14)).date().isoformat()
            self._add_announcement((publication.id.hex, audience, due_on))
        else:
            visibility = "network" if kind != ARTICLE else "agency"
            conversation_id = self._talking.open_discussion(space)
        self._add(
            (
                *(publication.id.hex, kind, scale.id_of(Of.AGENCY, space.agency)),
                scale.id_of(Of.SPACE, space.number),
                *(self._organisation.post(space.first), visibility, when),
                *(author_id, conversation_id, int(conversation_id is not None), 1),
                *(author_id, when, author_id, when),
            )
        )
        title, body = version.title[language], version.body[language]
        self._add_text((publication.id.hex, language, title, body))
        self._add_version(
            (
                *(
                    publication.id.hex,
                    1,
                    localized(version.title),
                    localized({language: body[:200]}),
                ),
                *(as_json(version.body), as_json({language: f"<p>{body}</p>"}), 60, "0" * 64, when),
                author_id,
            )
        )

    def _is_owed(self, space: CountrySpace) -> bool:
        """Whether the publication is required reading: all in the largest agency, else 1 in 20."""
        return space.number == 0 or self._count % 20 == 0

    def _send(self, publication: Publication, space: CountrySpace, at: int) -> None:
        """Load the recipients, acknowledgements and notifications of an announcement."""
        organisation, chance = self._organisation, self._chance
        draw, when = chance.random, instant(at)
        unit_id = self._scale.id_of(Of.UNIT, space.number)
        agency_id = self._scale.id_of(Of.AGENCY, space.agency)
        self._add_atom((publication.id.hex, f"unit+:{UUID(unit_id)}", 0))
        is_owed = self._is_owed(space)
        for each in range(space.first, space.first + space.size):
            person_id, post_id = organisation.person(each), organisation.post(each)
            confirmed = int(is_owed and draw() < CONFIRMED_SHARE)
            self._add_recipient(
                (publication.id.hex, person_id, post_id, unit_id, agency_id, confirmed)
            )
            if confirmed:
                self._add_acknowledgement(
                    (publication.id.hex, person_id, post_id, 1, "account", when)
                )
            if each - space.first < MAX_NOTIFIED and draw() < NOTIFIED_SHARE:
                self._tell(publication, person_id, at)

    def _tell(self, publication: Publication, person_id: str, at: int) -> None:
        when = instant(at)
        notification_id = id_of(Of.NOTIFICATION, 100_000_000 + self._told, at)
        self._told += 1
        self._talking.notify(
            (
                *(notification_id, person_id, "announcement", f"publication:{publication.id}"),
                *("addressed", publication.id.hex, None, None, when),
                when if self._chance.random() < SEEN_SHARE else None,
            )
        )
        self._talking.deliver((notification_id, "mail", "sent", "", when, when))

    def _ask(self, publication: Publication, space: CountrySpace, at: int) -> None:
        answers, when = int(self._chance.random() * 6), instant(at)
        state = QuestionState.ANSWERED if answers else QuestionState.OPEN
        self._add_question(
            (
                *(publication.id.hex, "anybody", self._scale.id_of(Of.AGENCY, space.agency)),
                *(state.value, when, answers, when if answers else None),
            )
        )

    def _begin(
        self, publication: Publication, space: CountrySpace, language: str, said: list[str], at: int
    ) -> None:
        stage, when = self._chance.choice(list(Stage)), instant(at)
        agency_id = self._scale.id_of(Of.AGENCY, space.agency)
        self._add_initiative((publication.id.hex, agency_id, stage.value, when[:10], when))
        self._add_initiative_text((publication.id.hex, language, said[1], said[2]))
