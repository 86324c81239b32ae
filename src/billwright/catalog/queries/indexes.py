"""Reads of published indexes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max

from billwright.catalog.models import PriceIndex, PriceIndexValue


@dataclass(frozen=True, slots=True)
class IndexRow:
    """A published index and the latest month it has a value for."""

    id: int
    code: str
    name: str
    source: str
    latest_month: date | None


def list_indexes() -> list[IndexRow]:
    """All indexes by code."""
    found = PriceIndex.objects.annotate(latest=Max("values__month")).order_by("code")
    return [IndexRow(one.pk, one.code, one.name, one.source, one.latest) for one in found]


def index_values(code: str) -> dict[date, Decimal]:
    """The values of an index by the first day of their month."""
    return dict(PriceIndexValue.objects.filter(index__code=code).values_list("month", "value"))
