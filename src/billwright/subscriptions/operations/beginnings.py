"""The first items of subscriptions, thousands at a time: laid by the same rules as after a change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from billwright.catalog.queries import PlanRow
from billwright.kernel.acts import Act
from billwright.kernel.errors import Refusal
from billwright.kernel.periods import add_months
from billwright.subscriptions.models import Subscription, SubscriptionChange
from billwright.subscriptions.operations.recording import require_quantity
from billwright.subscriptions.operations.relaying import agreement_of_start, lay_priced, record_start, relay
from billwright.subscriptions.policies import ItemPlan, PlanFacts, billed_through
from billwright.subscriptions.queries import AccountOnDay
from billwright.subscriptions.queries.agreements import Conventions, own_prices, prices_of
from billwright.subscriptions.states import ChangeKind, SubscriptionState


class Laying:
    """Lays the first items of many subscriptions from prices and conventions that were read once.

    Where an account has no cycle day, the first of its subscriptions to start makes it, also within one batch.
    """

    def __init__(
        self, plans: Iterable[PlanRow], accounts: Sequence[AccountOnDay], subscription_ids: Collection[int] = ()
    ) -> None:
        self._prices = prices_of(list(plans), accounts, subscription_ids)
        self._conventions = Conventions(accounts)
        self._facts: dict[tuple[int, int], PlanFacts] = {}
        self._cycle_days: dict[int, int] = {}

    def facts(self, plan: PlanRow, account: AccountOnDay, subscription_id: int | None = None) -> PlanFacts:
        prices = own_prices(self._prices, account, subscription_id)
        return self._conventions.plan_facts(plan, account, prices)

    def items(
        self, subscription: Subscription, plan: PlanRow, account: AccountOnDay, *, row: int | None = None
    ) -> list[ItemPlan]:
        """The items of a subscription that has started. Raises Refusal `plan.no_price`."""
        assert subscription.starts_on is not None, "only what has started has items"
        facts = self.facts(plan, account, subscription.pk)
        paid_on = account.first_paid_on or facts.first_paid_on(subscription.starts_on)
        cycle_day = self._cycle_days.setdefault(account.account_id, account.cycle_day or paid_on.day)
        agreement = agreement_of_start(subscription, account, cycle_day=cycle_day)
        return [
            ItemPlan(
                subscription_id=subscription.pk,
                account_id=account.account_id,
                piece=piece,
                billed_through=billed_through(piece.effective_from, piece.effective_to, subscription.billed_to),
            )
            for piece in lay_priced(agreement, {plan.id: facts}, account, row=row)
        ]


def started_terms(
    plan: PlanRow, account: AccountOnDay, laying: Laying, *, starts_on: date | None, term_months: int
) -> dict[str, Any]:
    """What follows from the day of the start: the end of a trial that a period ends with, and of the first term."""
    if starts_on is None:
        return {"trial_until": None, "term_ends": None}
    paid_on = laying.facts(plan, account).first_paid_on(starts_on) if plan.terms.trial_count else starts_on
    return {
        "trial_until": paid_on if paid_on > starts_on else None,
        "term_ends": add_months(starts_on, term_months) if term_months else None,
    }


def require_mains(mains: Mapping[int, int]) -> None:
    """Refuse an add-on to a subscription of another account, or to one that ends.

    Raises Refusal `subscription.main_unknown`.
    """
    known = dict(
        Subscription.objects.filter(id__in=mains, ends_before=None)
        .exclude(state=SubscriptionState.ENDED)
        .values_list("id", "account_id")
    )
    if any(known.get(main_id) != account_id for main_id, account_id in mains.items()):
        raise Refusal(
            "subscription.main_unknown",
            _("An add-on belongs to a running subscription of the same account."),
            field="addon_of",
        )


def plan_steps(
    subscription: Subscription, account: AccountOnDay, steps: Sequence[tuple[date, Decimal]], *, act: Act
) -> None:
    """Record planned quantities and let the items follow. Raises Refusal `quantity.*`, `subscription.step_early`."""
    starts_on = subscription.starts_on
    record_start(subscription, account, act=act)
    for day, quantity in steps:
        require_quantity(quantity)
        if starts_on is None or day <= starts_on:
            raise Refusal(
                "subscription.step_early",
                _("A planned quantity holds from a day after the start."),
                field="steps",
                cure=_("Give the first quantity as the order's own."),
            )
        SubscriptionChange.objects.create(
            subscription=subscription,
            kind=ChangeKind.QUANTITY,
            effective_from=day,
            quantity=quantity,
            reason=act.reason[:200],
            recorded_by=act.actor,
            recorded_at=act.at,
        )
    if starts_on is not None:
        relay(subscription, account, act=act, cut=starts_on)
