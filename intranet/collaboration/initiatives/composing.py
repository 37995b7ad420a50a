"""From the parts of an initiative to the text of its publication, which is versioned and found."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import force_locale

from intranet.platform.core.errors import Words
from intranet.platform.core.i18n import _, _l

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


@dataclass(frozen=True)
class Said:
    """An initiative in one language, as somebody wrote it: two lines, and four in Markdown."""

    title: str
    purpose: str = ""
    problem: str = ""
    done: str = ""
    result: str = ""
    lessons: str = ""


@dataclass(frozen=True)
class Facts:
    """What is said of it in few words, in the agency's language. Figures are value and label."""

    figures: Sequence[tuple[str, str]] = field(default=())
    cost: str = ""
    time: str = ""
    effort: str = ""
    law: str = ""
    technology: str = ""
    licence: str = ""


def body_of(said: Said, facts: Facts, language: str) -> str:
    """All of it as one Markdown text, with headings in its language."""
    with force_locale(language):
        return "\n\n".join(_parts(said, facts))


def in_words(words: Words, language: str) -> str:
    """Words of ours in a language, to be kept."""
    with force_locale(language):
        return str(words)


def _parts(said: Said, facts: Facts) -> Iterator[str]:
    if said.purpose:
        yield said.purpose
    for name in PARTS:
        if text := getattr(said, name):
            yield f"## {HEADINGS[name]}\n\n{text}"
    lines = [f"- **{value}** {label}".rstrip() for value, label in facts.figures]
    lines += [f"- {FACT_NAMES[name]}: {text}" for name in FACTS if (text := getattr(facts, name))]
    if lines:
        yield "## " + _("Key figures") + "\n\n" + "\n".join(lines)
