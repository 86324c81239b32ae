"""What is agreed of subscriptions over time, with the conventions that decide what it comes to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from billwright.catalog import queries as catalog
from billwright.catalog.policies import DatedPrice
from billwright.catalog.queries import ChargeRow, PlanRow
from billwright.catalog.states import IntervalUnit
from billwright.org import conventions
from billwright.org.queries import list_conventions
from billwright.subscriptions.models import BillingMark, SubscriptionChange
from billwright.subscriptions.policies import AgreedChange, ChargeFacts, ItemFacts, PlanFacts
from billwright.subscriptions.queries.listing import AccountOnDay
from billwright.subscriptions.states import ChangeKind

# Models whose amount does not follow from a quantity.
FIXED_MODELS = frozenset({"FLAT"})


@dataclass(frozen=True, slots=True)
class SubscriptionChangeRow:
    """One recorded change of a subscription."""

    id: int
    subscription_id: int
    kind: str
    effective_from: date
    plan_code: str
    quantity: Decimal | None
    pause_percent: Decimal | None
    cycle_day: int | None
    unused: str
    reason: str
    recorded_by: str
    recorded_at: datetime
    in_force: bool
    withdrawn_by: str


def list_changes(subscription_id: int, *, scheduled_only: bool = False) -> list[SubscriptionChangeRow]:
    """The changes of a subscription, the earliest first: its history, or only those whose day is still to come."""
    found = SubscriptionChange.objects.filter(subscription_id=subscription_id).select_related("plan")
    if scheduled_only:
        found = found.filter(in_force=False, withdrawn_at=None)
    return [change_row(change) for change in found.order_by("effective_from", "id")]


def change_row(change: SubscriptionChange) -> SubscriptionChangeRow:
    """The frozen row; needs `plan` selected."""
    return SubscriptionChangeRow(
        id=change.pk,
        subscription_id=change.subscription_id,
        kind=change.kind,
        effective_from=change.effective_from,
        plan_code=change.plan.code if change.plan else "",
        quantity=change.quantity,
        pause_percent=change.pause_percent,
        cycle_day=change.cycle_day,
        unused=change.unused,
        reason=change.reason,
        recorded_by=change.recorded_by,
        recorded_at=change.recorded_at,
        in_force=change.in_force,
        withdrawn_by=change.withdrawn_by,
    )


def agreed_changes(subscription_id: int) -> list[AgreedChange]:
    """The changes of a subscription that hold, in the order of recording."""
    rows = SubscriptionChange.objects.filter(subscription_id=subscription_id, withdrawn_at=None).order_by("id")
    return [
        AgreedChange(
            change_id=row.pk,
            kind=row.kind,
            effective_from=row.effective_from,
            effective_at=row.effective_at,
            plan_id=row.plan_id,
            quantity=row.quantity,
            pause_percent=row.pause_percent,
            cycle_day=row.cycle_day,
            charge_days=_days(row.charge_days),
        )
        for row in rows
    ]


def _days(stored: Mapping[str, str] | None) -> dict[int, date] | None:
    return None if stored is None else {int(charge): date.fromisoformat(day) for charge, day in stored.items()}


def has_changes(subscription_id: int) -> bool:
    return SubscriptionChange.objects.filter(subscription_id=subscription_id, kind=ChangeKind.START).exists()


def billed_through(item_ids: Collection[int]) -> dict[int, date]:
    """How far each item is billed."""
    return dict(BillingMark.objects.filter(item_id__in=item_ids).values_list("item_id", "billed_through"))


class Conventions:
    """Effective conventions: of the price (its charge), the plan, the account, the company, in this order."""

    def __init__(self, accounts: Iterable[AccountOnDay]) -> None:
        days: dict[int, date] = {}
        for account in accounts:
            days[account.legal_entity_id] = max(account.on_day, days.get(account.legal_entity_id, account.on_day))
        self._company = {
            entity_id: {row.option: row.value for row in list_conventions(legal_entity_id=entity_id, on=day).values()}
            for entity_id, day in days.items()
        }

    def get(self, option: str, *, account: AccountOnDay, plan: PlanRow, charge: ChargeRow | None = None) -> str:
        chosen = (charge.conventions if charge else {}, plan.terms.conventions, account.conventions)
        for options in (*chosen, self._company[account.legal_entity_id]):
            if option in options:
                return options[option]
        return conventions.default(option)

    def of_day(self, option: str, *, account: AccountOnDay, plan: PlanRow) -> str:
        """What decides the day of a subscription's change or end, one for all its charges.

        That is what all its recurring charges come to; where they differ, what the plan, account or company says.
        """
        recurring = [charge for charge in plan.charges if charge.interval_unit != IntervalUnit.ONCE]
        values = {self.get(option, account=account, plan=plan, charge=charge) for charge in recurring}
        return values.pop() if len(values) == 1 else self.get(option, account=account, plan=plan)

    def counts_seconds(self, account: AccountOnDay, plan: PlanRow) -> bool:
        """Whether any charge of a plan is prorated by the second."""
        return any(
            self.get("day_count", account=account, plan=plan, charge=charge) == "seconds" for charge in plan.charges
        )

    def plan_facts(
        self, plan: PlanRow, account: AccountOnDay, prices: Mapping[tuple[int, str], list[DatedPrice]]
    ) -> PlanFacts:
        """A plan as items are laid from it, for one account."""

        def value(option: str, charge: ChargeRow) -> str:
            return self.get(option, account=account, plan=plan, charge=charge)

        return PlanFacts(
            plan_id=plan.id,
            trial_unit=plan.terms.trial_unit,
            trial_count=plan.terms.trial_count,
            charges=tuple(
                ChargeFacts(
                    plan_charge_id=charge.id,
                    code=charge.code,
                    name=charge.name,
                    interval_unit=charge.interval_unit,
                    interval_count=charge.interval_count,
                    is_metered=bool(charge.meter),
                    by_quantity=counts_quantity(charge),
                    anchor=value("anchor", charge),
                    in_seconds=value("day_count", charge) == "seconds",
                    trial_splits=value("trial_end", charge) == "splits",
                    prices=tuple(prices.get((charge.id, account.currency), ())),
                )
                for charge in plan.charges
            ),
        )


def counts_quantity(charge: ChargeRow) -> bool:
    """Whether the amount of a charge follows from the subscription's quantity: no meter is read and it is not fixed."""
    return not charge.meter and charge.model not in FIXED_MODELS


def prices_of(
    plans: Iterable[PlanRow], accounts: Iterable[AccountOnDay], subscription_ids: Collection[int] = ()
) -> dict[tuple[int, str], list[DatedPrice]]:
    """Every price version that these accounts' subscriptions of these plans may run at, most special scope included."""
    accounts = list(accounts)
    scopes = {f"segment:{account.segment}" for account in accounts if account.segment}
    scopes |= {f"account:{account.account_id}" for account in accounts}
    scopes |= {f"subscription:{subscription_id}" for subscription_id in subscription_ids}
    charges = {charge.id for plan in plans for charge in plan.charges}
    return catalog.dated_prices(charges, {account.currency for account in accounts}, scopes=scopes)


def own_prices(
    prices: Mapping[tuple[int, str], list[DatedPrice]], account: AccountOnDay, subscription_id: int | None
) -> dict[tuple[int, str], list[DatedPrice]]:
    """Of prices of many accounts those that may hold for one subscription."""
    scopes = {"", f"segment:{account.segment}", f"account:{account.account_id}", f"subscription:{subscription_id}"}
    return {
        key: [price for price in known if price.scope in scopes]
        for key, known in prices.items()
        if key[1] == account.currency
    }


def changed_before(items: Iterable[ItemFacts], day: date) -> bool:
    """Whether any of the items is billed beyond a day: a change from then on is a correction."""
    marks = billed_through([item.item_id for item in items])
    return any(mark > day for mark in marks.values())
