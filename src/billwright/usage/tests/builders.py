"""Builders of usage: meters and records with readable literals."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from billwright.kernel.acts import Act
from billwright.usage import operations
from billwright.usage.operations import NewMeter, UsageIntake
from billwright.usage.policies import NewUsage
from billwright.usage.queries import MeterRow
from billwright.usage.states import Aggregate


def make_act(at: str = "2026-01-31T10:00:00") -> Act:
    return Act(actor="user:0", at=datetime.fromisoformat(at).replace(tzinfo=UTC))


def make_meter(code: str = "minutes", aggregate: Aggregate = Aggregate.SUM, *highest_of: str) -> MeterRow:
    meter = NewMeter(code=code, aggregate=aggregate, highest_of=highest_of)
    return operations.define_meter(act=make_act(), meter=meter)


def usage(
    quantity: str = "1", key: str = "", *, at: str = "2026-01-15T10:00:00", meter: str = "minutes", **more: object
) -> NewUsage:
    """A record of subscription 7, its day that of UTC."""
    facts: dict[str, object] = {"subscription_id": 7, "day": date.fromisoformat(at[:10]), **more}
    return NewUsage(
        meter=meter,
        quantity=Decimal(quantity),
        happened_at=datetime.fromisoformat(at).replace(tzinfo=UTC),
        key=key,
        **facts,  # type: ignore[arg-type]
    )


def record(*records: NewUsage, at: str = "2026-01-31T10:00:00") -> UsageIntake:
    return operations.record_usage(act=make_act(at), records=records)
