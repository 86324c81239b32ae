"""Which price holds on a day, and whether a new one may follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from billwright.catalog.rows import NewPrice, PriceRow
from billwright.catalog.states import IntervalUnit
from billwright.kernel.errors import Conflict, Refusal

INTERVAL_COUNT_MAX = {IntervalUnit.MONTH: 120, IntervalUnit.DAY: 366, IntervalUnit.ONCE: 1}


@dataclass(frozen=True, slots=True)
class DatedPrice:
    """A price version of one charge in one currency; it holds until the next one of its scope begins.

    One that `lapses` is no price: from its day on the wider scope's holds again.
    """

    price_id: int
    valid_from: date
    unit_price: Decimal
    scope: str = ""
    lapses: bool = False


@dataclass(frozen=True, slots=True)
class PriceSegment:
    """A stretch [starts_on, ends_before) of one price; no end: for good."""

    price_id: int
    starts_on: date
    ends_before: date | None


# From the widest scope to the most special, which wins.
SCOPES = ("", "segment", "account", "subscription")


def price_on(prices: Sequence[DatedPrice], day: date) -> DatedPrice | None:
    """The price that holds on a day, the one of the most special scope that has begun, or None before the first."""
    begun = [price for price in prices if price.valid_from <= day]
    newest: dict[int, DatedPrice] = {}
    for price in sorted(begun, key=_specialty):
        newest[_specialty(price)[0]] = price
    return next((price for _, price in sorted(newest.items(), reverse=True) if not price.lapses), None)


def _specialty(price: DatedPrice) -> tuple[int, date]:
    return SCOPES.index(price.scope.partition(":")[0]), price.valid_from


def price_segments(prices: Sequence[DatedPrice], *, starts_on: date, ends_before: date | None) -> list[PriceSegment]:
    """The prices of a stretch of service in order, cut where a later price begins; empty when it starts unpriced."""
    first = price_on(prices, starts_on)
    if first is None:
        return []
    days = sorted({p.valid_from for p in prices if p.valid_from > starts_on})
    segments = [PriceSegment(first.price_id, starts_on, ends_before)]
    for day in days:
        price = price_on(prices, day)
        if price is None or price.price_id == segments[-1].price_id or (ends_before is not None and day >= ends_before):
            continue
        segments[-1] = replace(segments[-1], ends_before=day)
        segments.append(PriceSegment(price.price_id, day, ends_before))
    return segments


def require_later_price(prices: Sequence[DatedPrice], *, valid_from: date, row: int | None = None) -> None:
    """Refuse a price of a day that has one, or older than the last: history is not rewritten.

    Raises Conflict `price.exists`, Refusal `price.older_than_last`, in this order.
    """
    last = max((price.valid_from for price in prices), default=None)
    if any(price.valid_from == valid_from for price in prices):
        raise Conflict(
            "price.exists",
            _("A price from %(day)s is already there.") % {"day": valid_from},
            field="valid_from",
            row=row,
            cure=_("Choose a later day."),
        )
    if last is not None and valid_from < last:
        raise Refusal(
            "price.older_than_last",
            _("The last price holds from %(day)s; an older one would rewrite history.") % {"day": last},
            field="valid_from",
            row=row,
            cure=_("Choose a day after %(day)s.") % {"day": last},
        )


def require_interval(unit: IntervalUnit, count: int, *, row: int | None = None) -> None:
    """Refuse an interval that no calendar holds. Raises Refusal `charge.interval`."""
    if not 1 <= count <= INTERVAL_COUNT_MAX[unit]:
        raise Refusal(
            "charge.interval",
            _("An interval counts from 1 to %(most)s.") % {"most": INTERVAL_COUNT_MAX[unit]},
            field="interval_count",
            row=row,
            cure=_("Give a whole number of that range."),
        )


def followed_by(price: PriceRow, *, valid_from: date, scope: str) -> NewPrice:
    """A new version of a price, alike in all but its day and scope: to be changed where it differs."""
    names = NewPrice.__dataclass_fields__.keys() - {"valid_from", "scope", "says"}
    return NewPrice(valid_from=valid_from, scope=scope, **{name: getattr(price, name) for name in names})
