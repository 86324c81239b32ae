"""Usage from a CSV file: read line by line, recorded in batches, every refused row with its line and reason."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from itertools import islice

from django.utils.translation import gettext as _

from billwright.kernel.acts import Act
from billwright.kernel.errors import Refusal
from billwright.usage.operations import RefusedUsage
from billwright.workflow.metering.intake import UsageDraft, record_usage

BATCH_ROWS = 5000
REQUIRED = ("subscription", "meter", "happened_at")
COLUMNS = (*REQUIRED, "quantity", "change", "key", "source", "continues")
PROPERTY = "property."
# What one answer lists; the count is of all.
REFUSED_LISTED = 1000


@dataclass(frozen=True, slots=True)
class FeedReport:
    """What became of a file: rows read, counted, sent before, refused in all; the first refused ones by line."""

    row_count: int
    recorded_count: int
    repeated_count: int
    refused_count: int
    refused: tuple[RefusedUsage, ...]


def import_usage(*, act: Act, lines: Iterable[str], source: str) -> FeedReport:
    """Record the usage of a CSV file, in the caller's transaction; the same file again changes nothing.

    Its first line names the columns: subscription, meter, happened_at (with a zone, or local to the account), quantity
    or change, key, source, continues, and `property.NAME` for each property. Rows without a key get the number of
    their line in this source. Wrong rows are refused, the others count; `row` is the line of the file.
    Raises Refusal `usage.columns`, `usage.empty`.
    """
    reader = csv.DictReader(lines)
    columns = [name.strip() for name in reader.fieldnames or []]
    _require_columns(columns)
    reader.fieldnames = columns
    rows = enumerate(reader, start=2)
    report = FeedReport(0, 0, 0, 0, ())
    while batch := list(islice(rows, BATCH_ROWS)):
        report = _joined(report, _record(act, batch, source))
    if report.row_count == 0:
        raise Refusal("usage.empty", _("There are no records."), field="file")
    return report


def _require_columns(columns: list[str]) -> None:
    missing = [name for name in REQUIRED if name not in columns]
    unknown = [name for name in columns if name not in COLUMNS and not name.startswith(PROPERTY)]
    if missing or unknown:
        raise Refusal(
            "usage.columns",
            _("The columns are not those of usage: %(names)s.") % {"names": ", ".join(missing or unknown)},
            field="file",
            cure=_("Name them %(names)s, and property.NAME for properties.") % {"names": ", ".join(COLUMNS)},
        )


def _record(act: Act, batch: list[tuple[int, dict[str, str]]], source: str) -> FeedReport:
    refused: list[RefusedUsage] = []
    drafts: list[UsageDraft] = []
    places: list[int] = []
    for line, row in batch:
        try:
            drafts.append(_draft(row, line, source))
        except Refusal as refusal:
            key = (row.get("key") or "").strip()
            refused.append(RefusedUsage(line, key, refusal.code, refusal.field or "", refusal.message))
            continue
        places.append(line)
    recorded = repeated = 0
    if drafts:
        intake = record_usage(act=act.nested(), drafts=drafts)
        recorded, repeated = intake.recorded_count, intake.repeated_count
        refused += [replace(one, row=places[one.row - 1]) for one in intake.refused]
    refused.sort(key=lambda one: one.row)
    return FeedReport(len(batch), recorded, repeated, len(refused), tuple(refused))


def _joined(report: FeedReport, more: FeedReport) -> FeedReport:
    return FeedReport(
        report.row_count + more.row_count,
        report.recorded_count + more.recorded_count,
        report.repeated_count + more.repeated_count,
        report.refused_count + more.refused_count,
        (*report.refused, *more.refused)[:REFUSED_LISTED],
    )


def _draft(row: Mapping[str, str], line: int, source: str) -> UsageDraft:
    cells = {name: (value or "").strip() for name, value in row.items() if isinstance(value, str) and name}
    if None in row:
        raise Refusal("usage.cells", _("The line has more cells than there are columns."))
    return UsageDraft(
        subscription=cells.get("subscription", ""),
        meter=cells.get("meter", ""),
        happened_at=_instant(cells.get("happened_at", "")),
        quantity=_number(cells.get("quantity", ""), "quantity"),
        change=_number(cells.get("change", ""), "change"),
        key=cells.get("key") or f"line {line}",
        source=cells.get("source") or source,
        properties=dict(_properties(cells)),
        continues=cells.get("continues", ""),
    )


def _properties(cells: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in cells.items():
        if name.startswith(PROPERTY) and value:
            yield name.removeprefix(PROPERTY), value


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal(
            "usage.instant", _("A time is written 2026-01-31T10:00:00+02:00, not %(text)r.") % {"text": text[:40]},
            field="happened_at",
        ) from error  # fmt: skip


def _number(text: str, name: str) -> Decimal | None:
    if not text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise Refusal("usage.quantity", _("%(text)r is not a number.") % {"text": text[:40]}, field=name)
    return value
