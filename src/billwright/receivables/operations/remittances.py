"""Writes of remittance advice: parts of the acts of `workflow.cash_application`; none of them is a verb."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from billwright.kernel.acts import Act
from billwright.kernel.bulk import insert_rows
from billwright.receivables.models import RemittanceAdvice, RemittanceLine
from billwright.receivables.remittance_rows import AdviceIn


def add_advice(*, act: Act, advice: AdviceIn) -> int:
    """Write an advice with its lines; returns its id. The caller holds the lock of its file."""
    row = RemittanceAdvice.objects.create(
        legal_entity_id=advice.legal_entity_id,
        stored_file_id=advice.stored_file_id,
        sha256=advice.sha256,
        name=advice.name[:200],
        format=advice.format,
        reference=advice.reference,
        payer=advice.payer,
        currency=advice.currency,
        total_minor=sum(line.amount_minor for line in advice.lines),
        paid_on=advice.paid_on,
        faults=advice.faults,
        taken_by=act.actor,
        taken_at=act.at,
    )
    insert_rows(
        RemittanceLine,
        [
            RemittanceLine(
                advice_id=row.pk,
                place=place,
                document=line.document,
                amount_minor=line.amount_minor,
                deduction_minor=line.deduction_minor,
                reason=line.reason,
                open_item_id=line.open_item_id,
            )
            for place, line in enumerate(advice.lines, start=1)
        ],
    )
    return row.pk


def join_advice(*, payments: Mapping[int, int]) -> None:
    """Say to which receipt each advice belongs, by advice id."""
    rows = list(RemittanceAdvice.objects.filter(pk__in=payments))
    for row in rows:
        row.payment_id = payments[row.pk]
    RemittanceAdvice.objects.bulk_update(rows, ["payment"], batch_size=1000)


def part_advice(*, payment_ids: Collection[int]) -> None:
    """Let the advice of receipts wait again: what it was joined for turned out wrong."""
    RemittanceAdvice.objects.filter(payment_id__in=payment_ids).update(payment=None)
