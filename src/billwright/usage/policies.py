"""Pure decisions of usage: what a record says, and whether it may be counted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import blake2b

from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal

QUANTITY_DECIMALS_MAX = 12
QUANTITY_BELOW = Decimal(10) ** 15
# A meter with a wrong clock must not put usage where no bill will ever look for it.
AHEAD_MAX = timedelta(days=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUsage:
    """A reading or event as it arrived. `day` is the account's civil day of `happened_at`.

    Without a `key` every copy counts. `is_change`: the quantity is added to a level instead of setting it.
    """

    subscription_id: int
    meter: str
    quantity: Decimal
    happened_at: datetime
    day: date
    key: str = ""
    source: str = ""
    is_change: bool = False
    properties: Mapping[str, str] = field(default_factory=dict)
    continues_key: str = ""


def content_hash(usage: NewUsage) -> int:
    """64 bits of what a record says, without when it arrived: the same content gives the same number.

    The sum of these over a window, with the count, is the digest of the usage behind an invoice line.
    """
    said = json.dumps(
        [
            usage.subscription_id,
            usage.meter,
            f"{usage.quantity.normalize():f}",
            usage.happened_at.astimezone(UTC).isoformat(),
            usage.is_change,
            dict(sorted(usage.properties.items())),
            usage.continues_key,
            usage.source,
            usage.key,
        ],
        separators=(",", ":"),
    )
    return int.from_bytes(blake2b(said.encode(), digest_size=8).digest(), "big", signed=True)


def fault_of(usage: NewUsage, *, at: datetime) -> Refusal | None:
    """Why a record cannot be counted, or None. Refusals `usage.quantity`, `usage.instant`, `usage.continues`."""
    if not usage.quantity.is_finite() or abs(usage.quantity) >= QUANTITY_BELOW:
        return Refusal("usage.quantity", _("A quantity has at most 15 digits before its point."), field="quantity")
    exponent = usage.quantity.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > QUANTITY_DECIMALS_MAX:
        return Refusal("usage.quantity", _("A quantity has at most 12 decimals."), field="quantity")
    if usage.happened_at.tzinfo is None:
        return Refusal("usage.instant", _("The time has no zone."), field="happened_at")
    if usage.happened_at > at + AHEAD_MAX:
        return Refusal(
            "usage.instant",
            _("It happened more than a year from now."),
            field="happened_at",
            cure=_("Set the clock of the meter."),
        )
    if usage.continues_key and usage.continues_key == usage.key:
        return Refusal("usage.continues", _("A record cannot continue itself."), field="continues_key")
    return None
