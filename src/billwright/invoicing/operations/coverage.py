"""Recorded reasons for what coverage lists: days on no line or on several, and lines that look billed twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from billwright.invoicing.models import CoverageReason, InvoiceLine
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import NotFound, Refusal

REASON_LENGTH_MAX = 400


@dataclass(frozen=True, slots=True)
class CoverageReasonRow:
    """A recorded reason."""

    id: int
    account_id: int
    item_id: int | None
    starts_on: date | None
    ends_before: date | None
    invoice_id: int | None
    line_no: int | None
    reason: str
    recorded_by: str


def _has_line(account_id: int, invoice_id: int, line_no: int) -> bool:
    return InvoiceLine.objects.filter(invoice_id=invoice_id, line_no=line_no, account_id=account_id).exists()


@verb("coverage.record_reason", subject=lambda arguments, _: f"account:{arguments['account_id']}")
def record_coverage_reason(
    *,
    act: Act,
    account_id: int,
    reason: str,
    item_id: int | None = None,
    starts_on: date | None = None,
    ends_before: date | None = None,
    invoice_id: int | None = None,
    line_no: int | None = None,
) -> CoverageReasonRow:
    """Say why days [starts_on, ends_before) of a charge, or a line that looks billed twice, are as they should be.

    Nothing is billed or credited by it. Raises Refusal `coverage.no_reason`, `coverage.days`, NotFound
    `line.not_found`.
    """
    if not reason.strip():
        raise Refusal("coverage.no_reason", _("Say why it is as it should be."), field="reason")
    _require_subject(account_id, item_id=item_id, starts_on=starts_on, ends_before=ends_before,
                     invoice_id=invoice_id, line_no=line_no)  # fmt: skip
    kept = CoverageReason.objects.create(
        account_id=account_id,
        item_id=item_id,
        starts_on=starts_on,
        ends_before=ends_before,
        invoice_id=invoice_id,
        line_no=line_no,
        reason=reason.strip()[:REASON_LENGTH_MAX],
        recorded_by=act.actor,
        recorded_at=act.at,
    )
    note_change(after={"item": item_id, "from": str(starts_on or ""), "to": str(ends_before or ""),
                       "document": invoice_id, "line": line_no, "reason": kept.reason})  # fmt: skip
    return CoverageReasonRow(*(getattr(kept, name) for name in CoverageReasonRow.__slots__))


def _require_subject(
    account_id: int,
    *,
    item_id: int | None,
    starts_on: date | None,
    ends_before: date | None,
    invoice_id: int | None,
    line_no: int | None,
) -> None:
    """A reason is about days of a charge or about a line: never both, never neither."""
    is_about_days = item_id is not None and starts_on is not None and ends_before is not None
    if is_about_days == (invoice_id is not None and line_no is not None) or (
        starts_on is not None and ends_before is not None and starts_on >= ends_before
    ):
        raise Refusal(
            "coverage.days", _("Name the days of a charge, or a line of a document."), field="starts_on",
            cure=_("Take them from the list of coverage."),
        )  # fmt: skip
    if not is_about_days and not _has_line(account_id, invoice_id or 0, line_no or 0):
        raise NotFound("line.not_found", _("The account has no such line."), field="line_no")
