"""Write a package: pages, a spreadsheet, data, files and, if wanted, the ENI envelope."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from flask import current_app

from intranet.delivery.files.extraction import PDF
from intranet.delivery.files.models import File
from intranet.delivery.files.storage import storage
from intranet.extensions import db
from intranet.platform.core import clock
from intranet.platform.core.i18n import _
from intranet.platform.core.spreadsheet import BEGINNING, spreadsheet_row
from intranet.records.access_requests.checking import look_into_bytes
from intranet.records.access_requests.filing import Moments, Wording, document, in_documents
from intranet.records.access_requests.labels import decision_names, kind_names, role_names
from intranet.records.access_requests.models import AccessDecision, FoundKind
from intranet.records.access_requests.outgoing import Outgoing
from intranet.records.access_requests.passages import Squeezed
from intranet.records.access_requests.queries import hidden_by_reason, searches_of
from intranet.records.access_requests.schema import (
    FORMAT,
    PackagedItem,
    PackagedPart,
    PackagedText,
)
from intranet.records.access_requests.texts import AccessSection, AccessThing
from intranet.records.packages.writing import PackageWriter


class AccessWriter:
    """Writes what goes out of a request into a package.

    `frames` collects how often our own words in each page, without any content, have the letters of
    a hidden passage: the last look does not take “health” in the name of a reason for a leak.
    `kinds` collects the media types of the files.
    """

    def __init__(
        self, outgoing: Outgoing, about: Mapping[str, Any], *, with_envelope: bool
    ) -> None:
        """Store what goes out, and what the manifest says of it."""
        self._out = outgoing
        self._about = about
        self._with_envelope = with_envelope
        self._passages = {p.letters: p for p in outgoing.unwanted if p.letters}.values()
        self._files = {
            thing.finding.subject_id: path
            for thing in outgoing.things
            if thing.finding.kind == FoundKind.FILE and (path := package_path(thing))
        }
        self._pages = {
            thing.finding.id: f"items/{thing.finding.number:04d}.html" for thing in outgoing.things
        }
        self._wording = Wording(
            words=outgoing.words,
            author=outgoing.author,
            caption=outgoing.caption,
            title=outgoing.title,
            masked=outgoing.masked,
            say=str,
        )
        self._no_wording = Wording(
            words=_nothing,
            author=_nothing,
            caption=_nothing,
            title=_nothing,
            masked=_nothing,
            say=_nothing,
        )
        self.frames: dict[str, dict[str, int]] = {}
        self.kinds: dict[str, str] = {}

    def write(self, target: BinaryIO, tell: Callable[[int], None]) -> None:
        """Write the package, and tell after each item how many are done."""
        package = PackageWriter(target, FORMAT, self._about)
        items = []
        for done, thing in enumerate(self._out.things, start=1):
            self._page(package, self._pages[thing.finding.id], "item.html", thing=thing)
            if path := self._files.get(thing.finding.subject_id):
                self._file(package, path, thing)
            items.append(self._item(thing))
            tell(done)
        items += [
            PackagedItem(
                number=row.number,
                kind=row.kind.value,
                decision="left_out",
                reason=self._out.masked(row.reason),
            )
            for row in self._out.left_out
        ]
        items.sort(key=lambda item: item.number)
        with package.lines("data/items.jsonl") as line:
            for item in items:
                line(item.model_dump(mode="json"))
        package.add("results.csv", self._spreadsheet(items))
        for path, things in in_documents(self._out.things).items():
            self._document(package, path, things)
        self._page(
            package,
            "index.html",
            "index.html",
            items=items,
            reasons=hidden_by_reason(self._out.request),
            searches=searches_of(self._out.request),
        )
        if self._with_envelope:
            from intranet.records.access_requests import envelope  # noqa: PLC0415 - it loads lxml

            for path, content in envelope.files_of(self._out, items):
                package.add(path, content)
        package.finish(
            counts={
                "included": len(self._out.things),
                "left_out": len(self._out.left_out),
                "hidden": len(self._out.hidden.rows),
            }
        )

    def _page(self, package: PackageWriter, path: str, template: str, **facts: Any) -> None:
        page = current_app.jinja_env.get_template(f"records/access_requests/package/{template}")
        common: dict[str, Any] = {
            **facts,
            "request": self._out.request,
            "agency": self._out.request.agency,
            "made_at": clock.now(),
            "files": self._files,
            "kind_names": kind_names(),
            "role_names": role_names(),
            "decision_names": decision_names(),
            "FoundKind": FoundKind,
            "day": self._day,
            "moment": self._moment,
        }
        package.add(path, page.render(**common, **vars(self._wording)).encode())
        self._note_frame(path, page.render(**common, **vars(self._no_wording)))

    def _document(self, package: PackageWriter, path: str, things: Sequence[AccessThing]) -> None:
        moments = Moments(self._day, self._moment)
        request = self._out.request
        package.add(path, document(request, things, self._wording, moments))
        self.kinds[path] = PDF
        if self._passages:
            frame = document(request, things, self._no_wording, moments)
            looked = look_into_bytes(frame, PDF)
            self._note_frame(path, looked.text if looked else "")

    def _day(self, moment: date | datetime) -> str:
        """Return a day with its year, which readers of later years need."""
        at = self._there(moment) if isinstance(moment, datetime) else moment
        return format_date(at, "long", locale=self._out.request.language)

    def _moment(self, moment: datetime) -> str:
        at = self._there(moment)
        return f"{self._day(moment)}, {format_time(at, 'short', locale=self._out.request.language)}"

    def _there(self, moment: datetime) -> datetime:
        """Return an instant by the clock of the agency."""
        return moment.astimezone(ZoneInfo(self._out.request.agency.time_zone))

    def _note_frame(self, path: str, frame: str) -> None:
        squeezed = Squeezed.of(frame)
        counts = {passage.letters: passage.count_in(squeezed) for passage in self._passages}
        self.frames[path] = {letters: count for letters, count in counts.items() if count}

    def _item(self, thing: AccessThing) -> PackagedItem:
        finding = thing.finding
        return PackagedItem(
            number=finding.number,
            kind=finding.kind.value,
            decision="included",
            day=finding.day,
            at=thing.at,
            place=self._out.words(thing.place),
            title=self._out.title(thing),
            page=self._pages[finding.id],
            file=self._files.get(finding.subject_id, ""),
            hidden=self._out.hidden_count(thing),
            parts=[self._part(section) for section in thing.chosen],
        )

    def _part(self, section: AccessSection) -> PackagedPart:
        return PackagedPart(
            at=section.at,
            author=self._out.author(section),
            caption=self._out.caption(section),
            texts=[
                PackagedText(
                    role=text.role,
                    text=self._out.words(text),
                    language=text.language,
                    at=text.at,
                )
                for text in section.texts
                if text.text
            ],
            files=[self._files[held] for held, _name in section.holds if held in self._files],
        )

    def _spreadsheet(self, items: list[PackagedItem]) -> bytes:
        kinds, decisions = kind_names(), decision_names()
        heads = [
            *(_("Number"), _("Kind"), _("Date"), _("Place"), _("Title"), _("Decision")),
            *(_("Reason"), _("Hidden passages"), _("Page"), _("File")),
        ]
        rows = [spreadsheet_row(heads)]
        rows += [
            spreadsheet_row(
                [
                    str(item.number),
                    str(kinds[FoundKind(item.kind)]),
                    item.at.date().isoformat() if item.at else "",
                    item.place,
                    item.title,
                    str(decisions[AccessDecision(item.decision)]),
                    item.reason,
                    str(item.hidden) if item.decision == "included" else "",
                    item.page,
                    item.file,
                ]
            )
            for item in items
        ]
        text = BEGINNING + "".join(rows)
        labels = [*map(str, kinds.values()), *map(str, decisions.values())]
        self._note_frame("results.csv", " ; ".join([*heads, *labels * len(items)]))
        return text.encode()

    def _file(self, package: PackageWriter, path: str, thing: AccessThing) -> None:
        if thing.finding.as_text:
            [section] = thing.chosen
            texts = [self._out.words(text) for text in section.texts if text.role == "extracted"]
            package.add(path, "\n\n".join(texts).encode())
            return
        file = db.session.get_one(File, thing.finding.subject_id)
        self.kinds[path] = file.media_type
        with storage().open(file.key) as source:
            package.copy(path, source)


def _nothing(_content: object) -> str:
    return ""


def package_path(thing: AccessThing) -> str:
    """Return where a file stands in the package: its name is hidden, so that it says nothing."""
    if thing.is_gone:
        return ""
    number = f"files/{thing.finding.number:04d}"
    if thing.finding.as_text:
        return f"{number}.txt"
    ending = PurePosixPath(thing.title.text).suffix.lower()
    is_plain = ending[1:].isascii() and ending[1:].isalnum() and len(ending) <= 5  # noqa: PLR2004 - as “.jpeg”
    return f"{number}{ending}" if is_plain else number
