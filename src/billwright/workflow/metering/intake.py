"""Taking usage in: subscriptions by number, days by the zones of their accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from billwright.kernel.acts import Act
from billwright.kernel.clock import business_date
from billwright.kernel.errors import Refusal
from billwright.subscriptions.queries import SubscriptionPlace, places_by_number
from billwright.usage import operations
from billwright.usage.operations import RefusedUsage, UsageIntake
from billwright.usage.policies import NewUsage

BATCH_MAX = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageDraft:
    """A reading or event as a feed sends it.

    A time without a zone is local to the account. Either `quantity` or `change`, which is added to a level; neither
    counts as a quantity of 1. `source` names the feed: keys are told apart within it.
    """

    subscription: str
    meter: str
    happened_at: datetime
    quantity: Decimal | None = None
    change: Decimal | None = None
    key: str = ""
    source: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    continues: str = ""


def record_usage(*, act: Act, drafts: Sequence[UsageDraft]) -> UsageIntake:
    """Count what a feed sends, each (source, key) once. What is wrong is refused by row, from 1, and stops nobody else.

    Refused rows are `subscription.not_found`, `usage.two_quantities`, or what `usage.operations.record_usage` says.
    Raises Refusal `usage.empty`, `usage.too_many`.
    """
    if len(drafts) > BATCH_MAX:
        raise Refusal(
            "usage.too_many",
            _("A batch has at most %(count)s records.") % {"count": BATCH_MAX},
            field="records",
            cure=_("Send several batches."),
        )
    places = places_by_number({draft.subscription for draft in drafts})
    refused: list[RefusedUsage] = []
    records: list[NewUsage] = []
    rows: list[int] = []
    for row, draft in enumerate(drafts, start=1):
        fault = _fault(draft, places)
        if fault is not None:
            refused.append(RefusedUsage(row, draft.key, fault.code, fault.field or "", fault.message))
            continue
        records.append(_record(draft, places[draft.subscription]))
        rows.append(row)
    if not records and refused:
        return UsageIntake(0, 0, tuple(refused))
    intake = operations.record_usage(act=act, records=tuple(records))
    refused += [replace(one, row=rows[one.row - 1]) for one in intake.refused]
    return replace(intake, refused=tuple(sorted(refused, key=lambda one: one.row)))


def _fault(draft: UsageDraft, places: Mapping[str, SubscriptionPlace]) -> Refusal | None:
    if draft.subscription not in places:
        return Refusal(
            "subscription.not_found",
            _("There is no subscription %(number)s.") % {"number": draft.subscription},
            field="subscription",
        )
    if draft.quantity is not None and draft.change is not None:
        return Refusal("usage.two_quantities", _("Either a quantity or a change, not both."), field="change")
    return None


def _record(draft: UsageDraft, place: SubscriptionPlace) -> NewUsage:
    quantity = draft.change if draft.change is not None else draft.quantity
    happened_at = draft.happened_at
    if happened_at.tzinfo is None:
        happened_at = happened_at.replace(tzinfo=ZoneInfo(place.timezone))
    return NewUsage(
        subscription_id=place.id,
        meter=draft.meter,
        quantity=Decimal(1) if quantity is None else quantity,
        happened_at=happened_at,
        day=business_date(happened_at, place.timezone),
        key=draft.key,
        source=draft.source,
        is_change=draft.change is not None,
        properties=draft.properties,
        continues_key=draft.continues,
    )
