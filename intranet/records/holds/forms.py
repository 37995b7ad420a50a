"""The form of a hold: what it names is gathered one by one, and checked before it is placed."""

import re
from dataclasses import replace
from datetime import date
from typing import Annotated
from uuid import UUID

from flask import request
from pydantic import Field

from intranet.administration.admin import access as admin_access
from intranet.administration.admin.typed_choices import find_person, find_post
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Agency
from intranet.platform.core.errors import Invalid, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import EmptyIsNone, Form, Line, Text, optional_line
from intranet.platform.core.text import fold
from intranet.records.holds.models import (
    REASON_LIMIT,
    TARGETS_LIMIT,
    TITLE_LIMIT,
    WORD_LIMIT,
    TargetKind,
)
from intranet.records.holds.operations import HoldTerms
from intranet.records.holds.rooms import find_room

Target = tuple[TargetKind, UUID | None, str]
TYPED_LIMIT, SHORTEST_WORD = 300, 3
_WORD = re.compile(r"[^\W_]+")
NAME_FIELDS = ("person", "post", "room", "word")


class HoldForm(Form):
    """The terms of a hold as typed, without what it names."""

    title: Annotated[Line, Field(max_length=TITLE_LIMIT)] = ""
    reason: Annotated[Text, Field(max_length=REASON_LIMIT)] = ""
    reference: Annotated[Line, Field(max_length=TITLE_LIMIT)] = ""
    since: Annotated[date | None, EmptyIsNone] = None
    until: Annotated[date | None, EmptyIsNone] = None
    is_confidential: bool = False

    def terms(self, targets: list[Target]) -> HoldTerms:
        """Return the terms with what the hold names."""
        given = self.model_dump()
        return replace(HoldTerms(**given, targets=()), targets=tuple(targets))


class PrivateForm(Form):
    """The reason for which somebody wants to read private content."""

    private_reason: Annotated[Line, Field(max_length=TITLE_LIMIT)] = ""


class EndForm(Form):
    """The reason for which a hold ends."""

    reason: Annotated[Text, Field(max_length=REASON_LIMIT)] = ""


def is_word(typed: str) -> bool:
    """Return whether at least one whole word is long enough to say something."""
    return any(len(word) >= SHORTEST_WORD for word in _WORD.findall(fold(typed)))


def sent_targets(agency: Agency) -> list[Target]:
    """Return what the form names so far; anything unknown is left out."""
    found: list[Target] = []
    for sent in request.form.getlist("target")[: TARGETS_LIMIT + 1]:
        target = _read(agency, sent)
        if target and target not in found:
            found.append(target)
    return found


def written(target: Target) -> str:
    """Return what the form sends of something that a hold names."""
    kind, subject_id, word = target
    return f"{kind}:{subject_id or word}"


def with_typed(agency: Agency, targets: list[Target]) -> list[Target]:
    """Return the targets with those whose names are in the fields.

    Raises:
        Invalid: a name has no match, or a word is too short.
    """
    found = list(targets)
    typed = {
        name: optional_line(request.form.get(name, ""), name, TYPED_LIMIT) for name in NAME_FIELDS
    }
    if typed["person"]:
        person = find_person(agency, typed["person"], "person")
        found.append((TargetKind.PERSON, person.id, ""))
    if typed["post"]:
        found.append((TargetKind.POST, find_post(agency, typed["post"], "post").id, ""))
    if typed["room"]:
        found.append((*find_room(agency, typed["room"], "room"), ""))
    if typed["word"]:
        word = optional_line(typed["word"], "word", WORD_LIMIT)
        if not is_word(word):
            words = _l("Enter a word of at least %(limit)s letters.", limit=SHORTEST_WORD)
            raise Invalid({"word": words})
        found.append((TargetKind.WORD, None, word))
    return list(dict.fromkeys(found))


def _read(agency: Agency, sent: str) -> Target | None:
    name, _colon, value = sent.partition(":")
    try:
        kind = TargetKind(name)
        if kind == TargetKind.WORD:
            word = optional_line(value, "word", WORD_LIMIT)
            return (kind, None, word) if is_word(word) else None
        subject_id = UUID(value)
        _require_own(agency, kind, subject_id)
    except (ValueError, NotFound, Invalid):
        return None
    return (kind, subject_id, "")


def _require_own(agency: Agency, kind: TargetKind, subject_id: UUID) -> None:
    """Require that what a hold names is the agency's.

    Raises:
        NotFound: it is not, or it does not exist.
    """
    match kind:
        case TargetKind.PERSON:
            admin_access.get_person(agency, subject_id)
        case TargetKind.POST:
            admin_access.get_post(agency, subject_id)
        case TargetKind.SPACE:
            space = db.session.get(Space, subject_id)
            if space is None or space.agency_id != agency.id:
                raise NotFound
        case _:
            there = db.session.get(Conversation, subject_id)
            if there is None or there.space is None or there.space.agency_id != agency.id:
                raise NotFound
