"""From the parts of an initiative to the text of its publication, which is searchable."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import force_locale

from intranet.platform.core.errors import Words
from intranet.platform.core.i18n import _l

PARTS = ("problem", "done", "result", "lessons")
HEADINGS: Mapping[str, Words] = {
    "problem": _l("The problem"),
    "done": _l("The work carried out"),
    "result": _l("The result"),
    "lessons": _l("Lessons learned"),
}
FACTS = ("cost", "time", "effort", "law", "technology", "licence")
FACT_NAMES: Mapping[str, Words] = {
    "cost": _l("Cost"),
    "time": _l("Time needed"),
    "effort": _l("People needed"),
    "law": _l("Legal basis"),
    "technology": _l("Technology"),
    "licence": _l("Licence"),
}

FIGURES = _l("Key figures")
"""The heading of the last part: figures and facts."""


@dataclass(frozen=True)
class InitiativeWording:
    """An initiative in a language, as its author wrote it: two lines, and four Markdown texts."""

    title: str
    purpose: str = ""
    problem: str = ""
    done: str = ""
    result: str = ""
    lessons: str = ""


@dataclass(frozen=True)
class InitiativeFacts:
    """The short facts of an initiative, in the agency's language. Figures are value and label."""

    figures: Sequence[tuple[str, str]] = field(default=())
    cost: str = ""
    time: str = ""
    effort: str = ""
    law: str = ""
    technology: str = ""
    licence: str = ""


def body_of(said: InitiativeWording, facts: InitiativeFacts, language: str) -> str:
    """Return an initiative as a Markdown text, with headings in its language."""
    with force_locale(language):
        return "\n\n".join(_parts(said, facts))


def in_words(words: Words, language: str) -> str:
    """Return a translated text in a language, to be stored."""
    with force_locale(language):
        return str(words)


def _parts(said: InitiativeWording, facts: InitiativeFacts) -> Iterator[str]:
    if said.purpose:
        yield said.purpose
    for name in PARTS:
        if text := getattr(said, name):
            yield f"## {HEADINGS[name]}\n\n{text}"
    lines = [f"- **{value}** {label}".rstrip() for value, label in facts.figures]
    lines += [f"- {FACT_NAMES[name]}: {text}" for name in FACTS if (text := getattr(facts, name))]
    if lines:
        yield f"## {FIGURES}\n\n" + "\n".join(lines)
