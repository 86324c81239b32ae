"""Reads of usage: meters, records, and what they come to over a window."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from billwright.kernel import sql
from billwright.kernel.errors import NotFound
from billwright.usage.models import Meter, UsageRecord

PACKAGE = "billwright.usage"
# Computed by the netting of a plan: the banked units that a period used.
NETTED_METERS = frozenset({"bank_used"})


@dataclass(frozen=True, slots=True)
class MeterRow:
    """A meter as pages, the API and runs see it."""

    id: int
    code: str
    name: str
    unit: str
    aggregate: str
    highest_of: tuple[str, ...]
    grace_hours: int


@dataclass(frozen=True, slots=True)
class UsageRow:
    """One record as it arrived."""

    id: int
    subscription_id: int
    meter: str
    unit: str
    source: str
    key: str
    happened_at: datetime
    day: date
    quantity: Decimal
    is_change: bool
    properties: dict[str, str]
    continues_key: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class UsageDay:
    """What a subscription's meter saw on one of the account's days."""

    meter: str
    unit: str
    day: date
    record_count: int
    quantity: Decimal


def meter_row(meter: Meter) -> MeterRow:
    return MeterRow(
        id=meter.pk,
        code=meter.code,
        name=meter.name,
        unit=meter.unit,
        aggregate=meter.aggregate,
        highest_of=tuple(meter.highest_of),
        grace_hours=meter.grace_hours,
    )


def list_meters() -> list[MeterRow]:
    """All meters by code."""
    return [meter_row(meter) for meter in Meter.objects.order_by("code")]


def get_meter(code: str) -> MeterRow:
    """Raises NotFound `meter.not_found`."""
    meter = Meter.objects.filter(code=code).first()
    if meter is None:
        raise NotFound("meter.not_found", _("There is no meter %(code)s.") % {"code": code}, field="meter")
    return meter_row(meter)


def known_meters(codes: Collection[str]) -> set[str]:
    """Those of the codes that a charge may be metered by: meters, and what netting computes."""
    return {*meters_by_code(codes), *(NETTED_METERS & set(codes))}


def meters_by_code(codes: Collection[str]) -> dict[str, MeterRow]:
    """The meters among these codes; unknown codes are left out."""
    return {meter.code: meter_row(meter) for meter in Meter.objects.filter(code__in=set(codes))}


def list_usage(
    *,
    subscription_ids: Sequence[int],
    meter: str = "",
    day_from: date | None = None,
    day_before: date | None = None,
    happened_from: datetime | None = None,
    happened_before: datetime | None = None,
    after_id: int = 0,
    limit: int = 100,
) -> list[UsageRow]:
    """Records in the order of their arrival, one page after another."""
    found = UsageRecord.objects.filter(subscription_id__in=subscription_ids, id__gt=after_id)
    if meter:
        found = found.filter(meter__code=meter)
    if day_from is not None:
        found = found.filter(day__gte=day_from)
    if day_before is not None:
        found = found.filter(day__lt=day_before)
    if happened_from is not None:
        found = found.filter(happened_at__gte=happened_from)
    if happened_before is not None:
        found = found.filter(happened_at__lt=happened_before)
    return [_usage_row(record) for record in found.select_related("meter").order_by("id")[:limit]]


def _usage_row(record: UsageRecord) -> UsageRow:
    return UsageRow(
        id=record.pk,
        subscription_id=record.subscription_id,
        meter=record.meter.code,
        unit=record.meter.unit,
        source=record.source,
        key=record.key,
        happened_at=record.happened_at,
        day=record.day,
        quantity=record.quantity,
        is_change=record.is_change,
        properties=record.properties,
        continues_key=record.continues_key,
        recorded_at=record.recorded_at,
    )


def usage_by_day(*, subscription_id: int, day_from: date, day_before: date) -> list[UsageDay]:
    """Sums of quantities per meter and day: what arrived, not what is billed."""
    return [UsageDay(*row) for row in _rows("sum_usage_by_day", subscription_id, day_from, day_before)]


def _rows(name: str, subscription_id: int, day_from: date, day_before: date) -> list[Any]:
    with connection.cursor() as cursor:
        return list(
            sql.step(PACKAGE, name).rows(
                cursor, {"subscription_id": subscription_id, "day_from": day_from, "day_before": day_before}
            )
        )
