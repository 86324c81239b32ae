"""Writes of published indexes that escalator clauses follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from billwright.catalog.models import PriceIndex, PriceIndexValue
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Conflict, NotFound, Refusal


@dataclass(frozen=True, slots=True)
class IndexValue:
    """The value of an index for the month of a day, as published."""

    month: date
    value: Decimal


@verb("price_index.create", subject=lambda arguments, _: f"price_index:{arguments['code']}")
def create_price_index(*, act: Act, code: str, name: str, source: str = "") -> int:
    """Add a published index, such as a consumer price index; returns its id. Raises Conflict `price_index.exists`."""
    if PriceIndex.objects.filter(code=code).exists():
        raise Conflict("price_index.exists", _("There already is an index %(code)s.") % {"code": code}, field="code")
    note_change(after={"name": name, "source": source})
    return PriceIndex.objects.create(code=code, name=name, source=source).pk


@verb("price_index.record", subject=lambda arguments, _: f"price_index:{arguments['code']}")
def record_index_values(*, act: Act, code: str, values: tuple[IndexValue, ...]) -> int:
    """Store published values, one a month; returns how many. Published values are never changed.

    Raises NotFound `price_index.not_found`, Refusal `price_index.value`, Conflict `price_index.value_exists`.
    """
    index = require_index(code)
    present = set(PriceIndexValue.objects.filter(index=index).values_list("month", flat=True))
    rows = []
    for row, value in enumerate(values, start=1):
        month = value.month.replace(day=1)
        if not value.value.is_finite() or not 0 < value.value < Decimal(10) ** 12:
            raise Refusal(
                "price_index.value", _("The value of an index is above zero."), field="value", row=row,
                cure=_("Give it as published."),
            )  # fmt: skip
        if month in present:
            raise Conflict(
                "price_index.value_exists",
                _("The index has a value for %(month)s.") % {"month": f"{month:%Y-%m}"},
                field="month",
                row=row,
                cure=_("Leave that month out: a published value stands."),
            )
        present.add(month)
        rows.append(PriceIndexValue(index=index, month=month, value=value.value, recorded_at=act.at))
    PriceIndexValue.objects.bulk_create(rows)
    note_change(after={"months": [f"{row.month:%Y-%m}" for row in rows]})
    return len(rows)


def require_index(code: str, *, row: int | None = None) -> PriceIndex:
    """The index of a code. Raises NotFound `price_index.not_found`."""
    index = PriceIndex.objects.filter(code=code).first()
    if index is None:
        raise NotFound(
            "price_index.not_found",
            _("There is no price index %(code)s.") % {"code": code},
            field="index",
            row=row,
            cure=_("Add it first."),
        )
    return index
