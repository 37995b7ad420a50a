"""The details of an audit log entry, in the reader's language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from intranet.administration.admin.audit_names import AuditNames
from intranet.administration.admin.labels import (
    appointment_kinds,
    article_rule_names,
    detail_names,
    detail_values,
    second_factor_names,
    sign_in_words,
)
from intranet.attention.moderation.labels import reason_names, subject_names
from intranet.finding.directory.labels import kind_names
from intranet.platform.audit.models import AuditLine
from intranet.platform.core.dates import day
from intranet.platform.core.i18n import _
from intranet.platform.core.types import Localized
from intranet.platform.core.web import current_language

# Shown already as the entry's subject, or of use to programs only.
LEFT_OUT = {
    *("as_of", "at", "case", "epoch", "package"),
    *("part", "plan", "sha256", "statement", "thing", "was", "whole"),
}


@dataclass(frozen=True)
class AuditDetail:
    """A detail that was changed or set; `old` is None if there was no value before."""

    label: str
    new: str
    old: str | None = None


def facts(line: AuditLine, names: AuditNames) -> list[AuditDetail]:
    """Return the details of an entry, without those that its subject already shows."""
    detail = line.detail
    if "before" in detail and "after" in detail:
        return list(_changes(detail, names))
    subject = names.of(line.subject_id)
    said = [
        AuditDetail(_label(key), _value(key, value, names))
        for key, value in detail.items()
        if key not in LEFT_OUT and value not in (None, "")
    ]
    return [fact for fact in said if not subject or fact.new != _plain(subject)]


def _changes(detail: Mapping[str, Any], names: AuditNames) -> Iterator[AuditDetail]:
    before, after = detail["before"], detail["after"]
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        yield AuditDetail("", _text(after, names), _text(before, names))
    elif not _is_by_language(before):
        for key in after:
            if before.get(key) != after[key]:
                yield AuditDetail(
                    _label(key), _text(after[key], names), _text(before.get(key), names)
                )
    else:
        yield AuditDetail("", _text(after, names), _text(before, names))
    for key, value in detail.items():
        if key not in {"before", "after", *LEFT_OUT} and value:
            yield AuditDetail(_label(key), _text(value, names))


def _label(key: str) -> str:
    return detail_names().get(key, key.replace("_", " "))


def _value(key: str, value: Any, names: AuditNames) -> str:
    return detail_values().get(key, {}).get(str(value)) or _text(value, names)


def _text(value: Any, names: AuditNames) -> str:
    if value in (None, "", "None", []):
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return Localized(value).text(current_language())
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    if called := names.called(value):
        return _plain(called)
    return _word(str(value))


def _word(text: str) -> str:
    words = {**kind_names(), **appointment_kinds(), **second_factor_names()}
    words |= article_rule_names()
    words |= {**reason_names(), **subject_names(), **sign_in_words()}
    try:
        return words.get(text) or day(date.fromisoformat(text))
    except ValueError:
        return text


def _plain(text: Localized | str) -> str:
    return text.text(current_language()) if isinstance(text, Localized) else text


def _is_by_language(texts: Mapping[str, Any]) -> bool:
    """Return whether a value is a localised text: its keys are language codes."""
    return bool(texts) and all(len(key.split("-")[0]) <= 3 for key in texts)  # noqa: PLR2004 - BCP 47
