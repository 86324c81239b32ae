"""Reads of subscriptions: what an account takes, when it is billed next, what is held."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from billwright.kernel import sql
from billwright.kernel.errors import NotFound
from billwright.subscriptions.models import BillingGrid, BillingHold, GridPeriod, Subscription, SubscriptionItem
from billwright.subscriptions.policies import ItemFacts
from billwright.subscriptions.states import SubscriptionState

PACKAGE = "billwright.subscriptions"


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """A subscription as pages, the API and runs see it."""

    id: int
    number: str
    account_id: int
    plan_id: int
    plan_code: str
    plan_name: str
    state: str
    quantity: Decimal
    description: str
    reference: str
    ordered_on: date
    starts_on: date | None
    ends_before: date | None
    cancel_reason: str
    version: int
    trial_until: date | None = None
    cycle_day: int | None = None
    cycle_from: date | None = None
    contract_id: int | None = None
    addon_of: int | None = None
    term_months: int = 0
    notice_days: int = 0
    term_ends: date | None = None
    renews: bool = True
    pause_percent: Decimal = Decimal(0)
    purchase_order: str = ""
    cost_center: str = ""


# Where the fields of a row stand; most have the name of their column.
_ELSEWHERE = {"plan_code": "plan__code", "plan_name": "plan__name", "addon_of": "addon_of_id"}
_COLUMNS = tuple(_ELSEWHERE.get(name, name) for name in SubscriptionRow.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One charge of a subscription at one price and quantity, with how far it is billed."""

    id: int
    plan_charge_id: int
    charge_code: str
    charge_name: str
    price_id: int
    unit_price: Decimal
    currency: str
    quantity: Decimal
    effective_from: date
    effective_to: date | None
    billed_through: date


@dataclass(frozen=True, slots=True)
class RenewalRow:
    """What one item is billed next: due_on is the day of the bill, the amount is before discount and tax."""

    account_id: int
    payer_id: int
    subscription_id: int
    subscription_number: str
    charge_name: str
    due_on: date
    service_from: date
    service_to: date
    currency: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A billing hold in force or released."""

    id: int
    account_id: int
    subscription_id: int | None
    reason: str
    valid_from: date
    valid_until: date | None
    placed_by: str
    released_by: str


@dataclass(frozen=True, slots=True)
class AccountOnDay:
    """What a subscription needs to know of its account, with the payer of a day.

    `first_paid_on` is the first paid day of its first subscription: its cycle day where none was agreed.
    """

    account_id: int
    on_day: date
    number: str
    legal_entity_id: int
    currency: str
    cycle_day: int | None
    state: str
    payer_id: int
    timezone: str = "UTC"
    segment: str = ""
    conventions: dict[str, str] = field(default_factory=dict)
    first_paid_on: date | None = None


@dataclass(frozen=True, slots=True)
class SubscriptionPlace:
    """Where a subscription is used: its account, with the zone whose midnights part its days."""

    id: int
    number: str
    account_id: int
    legal_entity_id: int
    timezone: str


def subscription_row(subscription: Subscription, *, plan_code: str, plan_name: str) -> SubscriptionRow:
    """The frozen row of a subscription that was just written."""
    return SubscriptionRow(
        id=subscription.pk,
        number=subscription.number,
        account_id=subscription.account_id,
        plan_id=subscription.plan_id,
        plan_code=plan_code,
        plan_name=plan_name,
        state=subscription.state,
        quantity=subscription.quantity,
        description=subscription.description,
        reference=subscription.reference,
        ordered_on=subscription.ordered_on,
        starts_on=subscription.starts_on,
        ends_before=subscription.ends_before,
        cancel_reason=subscription.cancel_reason,
        version=subscription.version,
        trial_until=subscription.trial_until,
        cycle_day=subscription.cycle_day,
        cycle_from=subscription.cycle_from,
        contract_id=subscription.contract_id,
        addon_of=subscription.addon_of_id,
        term_months=subscription.term_months,
        notice_days=subscription.notice_days,
        term_ends=subscription.term_ends,
        renews=subscription.renews,
        pause_percent=subscription.pause_percent,
        purchase_order=subscription.purchase_order,
        cost_center=subscription.cost_center,
    )


def _rows(found: QuerySet[Subscription]) -> list[SubscriptionRow]:
    """The rows of a query, without a model for each."""
    return [SubscriptionRow(*row) for row in found.values_list(*_COLUMNS)]


def get_subscription(subscription_id: int) -> SubscriptionRow:
    """One subscription. Raises NotFound."""
    found = _rows(Subscription.objects.filter(id=subscription_id))
    if not found:
        raise not_found(subscription_id)
    return found[0]


def not_found(subscription: int | str) -> NotFound:
    return NotFound(
        "subscription.not_found",
        _("There is no subscription %(number)s.") % {"number": subscription},
        field="subscription_id",
    )


def find_by_number(number: str) -> SubscriptionRow | None:
    return next(iter(_rows(Subscription.objects.filter(number=number))), None)


def places_by_number(numbers: Collection[str]) -> dict[str, SubscriptionPlace]:
    """Where the subscriptions of these numbers are used; unknown numbers are left out."""
    return {place.number: place for place in _places(number__in=set(numbers))}


def places_by_id(subscription_ids: Collection[int]) -> dict[int, SubscriptionPlace]:
    """Where these subscriptions are used; unknown ones are left out."""
    return {place.id: place for place in _places(id__in=set(subscription_ids))}


def _places(**wanted: Collection[object]) -> list[SubscriptionPlace]:
    rows = Subscription.objects.filter(**wanted).values_list(
        "id", "number", "account_id", "account__legal_entity_id", "account__timezone"
    )
    return [SubscriptionPlace(*row) for row in rows]


def list_subscriptions(
    *,
    account_ids: Collection[int] | None = None,
    states: Collection[str] = (),
    plan_code: str = "",
    legal_entity_ids: Collection[int] | None = None,
    text: str = "",
    after_id: int = 0,
    limit: int = 100,
) -> list[SubscriptionRow]:
    """Subscriptions by id, a page of `limit` after a key. `text` is the beginning of a number or description."""
    found = Subscription.objects.filter(id__gt=after_id)
    if account_ids is not None:
        found = found.filter(account_id__in=account_ids)
    if states:
        found = found.filter(state__in=states)
    if plan_code:
        found = found.filter(plan__code=plan_code)
    if legal_entity_ids is not None:
        found = found.filter(account__legal_entity_id__in=legal_entity_ids)
    if text:
        found = found.filter(Q(number__istartswith=text) | Q(description__istartswith=text))
    return _rows(found.order_by("id")[:limit])


def count_subscriptions(*, states: Collection[str] = ()) -> int:
    found = Subscription.objects.filter(state__in=states) if states else Subscription.objects.all()
    return found.count()


def list_items(subscription_id: int) -> list[ItemRow]:
    """The items of a subscription, the oldest first: its history of prices and quantities."""
    items = (
        SubscriptionItem.objects.filter(subscription_id=subscription_id)
        .select_related("plan_charge", "price", "mark")
        .order_by("plan_charge__position", "effective_from", "id")
    )
    return [
        ItemRow(
            id=item.pk,
            plan_charge_id=item.plan_charge_id,
            charge_code=item.plan_charge.code,
            charge_name=item.plan_charge.name,
            price_id=item.price_id,
            unit_price=item.price.unit_price,
            currency=item.price.currency_id,
            quantity=item.quantity,
            effective_from=item.effective_from,
            effective_to=item.effective_to,
            billed_through=item.mark.billed_through,
        )
        for item in items
    ]


def count_by_plan() -> dict[int, int]:
    """Subscriptions in service by plan."""
    running = Subscription.objects.filter(state__in=[SubscriptionState.ACTIVE, SubscriptionState.ENDING])
    return dict(running.values_list("plan_id").annotate(count=Count("*")).order_by("plan_id"))


def item_facts(subscription_ids: Collection[int]) -> list[ItemFacts]:
    """Items as changes see them."""
    items = SubscriptionItem.objects.filter(subscription_id__in=subscription_ids).order_by("id")
    return facts_of(items)


def facts_of(items: Iterable[SubscriptionItem]) -> list[ItemFacts]:
    return [
        ItemFacts(
            item_id=item.pk,
            subscription_id=item.subscription_id,
            account_id=item.account_id,
            payer_id=item.payer_id,
            plan_charge_id=item.plan_charge_id,
            price_id=item.price_id,
            grid_id=item.grid_id,
            quantity=item.quantity,
            effective_from=item.effective_from,
            effective_to=item.effective_to,
            free_until=item.free_until,
            from_seconds=item.from_seconds,
            to_seconds=item.to_seconds,
            share_percent=item.share_percent,
            clause=item.clause,
        )
        for item in items
    ]


def subscription_names(subscription_ids: Collection[int]) -> dict[int, str]:
    """Number and description of subscriptions, as they head the lines of a document."""
    found = Subscription.objects.filter(id__in=subscription_ids).values_list("id", "number", "description")
    return {key: f"{number} · {description}" if description else number for key, number, description in found}


def subscriptions_of_items(item_ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """Id and number of the subscription of each item: what the derivation of a line names."""
    items = SubscriptionItem.objects.filter(id__in=item_ids).values_list(
        "id", "subscription_id", "subscription__number"
    )
    return {item_id: (subscription_id, number) for item_id, subscription_id, number in items}


def next_renewals(*, account_ids: Collection[int], until: date) -> list[RenewalRow]:
    """What the accounts' items are billed next, where that is due before a day (exclusive), the earliest first."""
    with connection.cursor() as cursor:
        step = sql.step(PACKAGE, "next_renewals")
        rows = step.rows(cursor, {"account_ids": list(account_ids), "until": until})
    return [RenewalRow(*row) for row in rows]


def accounts_on(pairs: Collection[tuple[int, date]]) -> dict[tuple[int, date], AccountOnDay]:
    """Facts of accounts, each with its payer on its day, in one query. An unknown account is left out."""
    wanted = sorted(set(pairs))
    parameters = {"account_ids": [pair[0] for pair in wanted], "days": [pair[1] for pair in wanted]}
    with connection.cursor() as cursor:
        rows = sql.step(PACKAGE, "payers_on").rows(cursor, parameters)
    # JSON comes as text: the cursor of Django does not read it.
    read = [(*row[:10], json.loads(row[10]), *row[11:]) for row in rows]
    return {(row[0], row[1]): AccountOnDay(*row) for row in read}


def period_end(grid_ids: Collection[int], day: date) -> date | None:
    """The latest end of the grids' periods that hold a day; None when none does."""
    ends = GridPeriod.objects.filter(grid_id__in=grid_ids, starts_on__lte=day, ends_before__gt=day)
    return max(ends.values_list("ends_before", flat=True), default=None)


def grids_filled_until() -> date | None:
    """The first day that some grid does not hold; None without grids."""
    return BillingGrid.objects.order_by("filled_until").values_list("filled_until", flat=True).first()


def list_billing_holds(*, account_id: int, on: date | None = None) -> list[HoldRow]:
    """Billing holds of an account, or only those in force on a day."""
    holds = BillingHold.objects.filter(account_id=account_id)
    if on is not None:
        holds = holds.filter(Q(valid_until=None) | Q(valid_until__gt=on), released_at=None, valid_from__lte=on)
    fields = HoldRow.__dataclass_fields__
    return [HoldRow(**{field: getattr(hold, field) for field in fields}) for hold in holds.order_by("-id")]
