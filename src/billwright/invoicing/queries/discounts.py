"""What discounts took off issued documents."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Max, OuterRef, Subquery, Sum

from billwright.invoicing.models import InvoiceLine, LineDiscount
from billwright.kernel.money import Money


@dataclass(frozen=True, slots=True)
class DiscountTaken:
    """How far a discount was used: in how many periods, what it took in all, and the day of the latest document."""

    discount_id: int
    period_count: int
    amount: Money
    latest_on: date


@dataclass(frozen=True, slots=True)
class DiscountedLine:
    """One line that a discount was taken off."""

    invoice_id: int
    number: str
    document_date: date
    line_no: int
    text: str
    period_from: date | None
    amount: Money


def discounts_taken(discount_ids: Collection[int]) -> dict[int, DiscountTaken]:
    """What each discount took so far, in one query; those never used are left out."""
    rows = (
        LineDiscount.objects.filter(discount_id__in=discount_ids)
        .values("discount_id", "invoice__currency")
        .annotate(
            periods=Count("period_from", distinct=True),
            amount_minor=Sum("amount_minor"),
            latest_on=Max("invoice__document_date"),
        )
        .order_by("discount_id")
    )
    found = (
        DiscountTaken(
            row["discount_id"] or 0,
            row["periods"],
            Money(row["amount_minor"], row["invoice__currency"]),
            row["latest_on"],
        )
        for row in rows
    )
    return {one.discount_id: one for one in found}


def lines_discounted(discount_id: int, *, limit: int = 50) -> list[DiscountedLine]:
    """The lines that a discount was taken off, the newest document first."""
    text = InvoiceLine.objects.filter(invoice_id=OuterRef("invoice_id"), line_no=OuterRef("line_no")).values("text")
    rows = (
        LineDiscount.objects.filter(discount_id=discount_id)
        .annotate(
            text=Subquery(text[:1]),
            number=F("invoice__number"),
            document_date=F("invoice__document_date"),
            currency=F("invoice__currency"),
        )
        .order_by("-invoice_id", "line_no", "place")
        .values_list(
            "invoice_id", "number", "document_date", "line_no", "text", "period_from", "amount_minor", "currency"
        )
    )
    return [DiscountedLine(*row[:6], amount=Money(row[6], row[7])) for row in rows[:limit]]
