"""Reads of remittance advice: one, a page of them, and how their lines stand against the books."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from billwright.kernel.errors import NotFound
from billwright.kernel.money import Money
from billwright.kernel.sql import step
from billwright.receivables.models import RemittanceAdvice
from billwright.receivables.remittance_rows import AdviceLineRow, AdviceRow, LineStanding

PAGE_MAX = 500


def get_advice(advice_id: int) -> AdviceRow:
    """One advice with its lines. Raises NotFound."""
    rows = _rows(RemittanceAdvice.objects.filter(pk=advice_id))
    if not rows:
        raise NotFound("remittance.not_found", _("There is no such remittance advice."), field="advice_id")
    return rows[0]


def find_advice(*, legal_entity_id: int, sha256: str) -> AdviceRow | None:
    """The advice of a file that was taken before, or None."""
    found = _rows(RemittanceAdvice.objects.filter(legal_entity_id=legal_entity_id, sha256=sha256))
    return found[0] if found else None


def list_advice(
    *,
    legal_entity_ids: Collection[int] | None = None,
    is_waiting: bool | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> list[AdviceRow]:
    """Advice, the newest first; `is_waiting`: whether its receipt has not come yet."""
    found = RemittanceAdvice.objects.order_by("-id")
    if legal_entity_ids is not None:
        found = found.filter(legal_entity_id__in=legal_entity_ids)
    if is_waiting is not None:
        found = found.filter(payment__isnull=is_waiting)
    if before_id is not None:
        found = found.filter(pk__lt=before_id)
    return _rows(found[: min(limit, PAGE_MAX + 1)])


def _rows(found: QuerySet[RemittanceAdvice]) -> list[AdviceRow]:
    advice = list(found.select_related("payment"))
    lines = _lines({row.pk: row.currency for row in advice})
    return [_row(row, lines.get(row.pk, [])) for row in advice]


def _lines(currencies: dict[int, str]) -> dict[int, list[AdviceLineRow]]:
    found: dict[int, list[AdviceLineRow]] = {}
    with connection.cursor() as cursor:
        records = step("billwright.receivables", "advice_lines").rows(cursor, {"advice_ids": list(currencies)})
    for advice_id, place, document, amount, deduction, reason, item_id, invoice_id, number, open_, paid in records:
        currency = currencies[advice_id]
        found.setdefault(advice_id, []).append(
            AdviceLineRow(
                place=place,
                document=document,
                amount=Money(amount, currency),
                deduction=Money(deduction, currency),
                reason=reason,
                standing=standing_of(amount=amount, deduction=deduction, open_minor=open_, paid_minor=paid),
                open_item_id=item_id,
                invoice_id=invoice_id,
                number=number,
                open=None if open_ is None else Money(open_, currency),
                paid=None if open_ is None else Money(paid, currency),
            )
        )
    return found


def standing_of(*, amount: int, deduction: int, open_minor: int | None, paid_minor: int) -> LineStanding:
    """How a line stands, in minor units: what is open beside what its own receipt paid; none: no such document."""
    if amount < 0:
        return LineStanding.SET_OFF
    if open_minor is None:
        return LineStanding.UNKNOWN
    owed = open_minor + paid_minor
    if owed == 0:
        return LineStanding.PAID_BEFORE
    if deduction:
        return LineStanding.DEDUCTED
    if amount in (owed, paid_minor):
        return LineStanding.AGREES
    return LineStanding.SHORT if amount < owed else LineStanding.TOO_MUCH


def _row(row: RemittanceAdvice, lines: list[AdviceLineRow]) -> AdviceRow:
    return AdviceRow(
        advice_id=row.pk,
        legal_entity_id=row.legal_entity_id,
        stored_file_id=row.stored_file_id,
        name=row.name,
        sha256=row.sha256,
        format=row.format,
        reference=row.reference,
        payer=row.payer,
        total=Money(row.total_minor, row.currency),
        paid_on=row.paid_on,
        faults=row.faults,
        payment_id=row.payment_id,
        payment_number=row.payment.number if row.payment else "",
        taken_by=row.taken_by,
        taken_at=row.taken_at,
        differing_count=sum(line.standing != LineStanding.AGREES for line in lines),
        lines=tuple(lines),
    )
