"""What a change of a subscription would come to, before it is confirmed: its credit, its charge, the next invoice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from billwright.catalog.states import ChangeEffect
from billwright.kernel.acts import Act
from billwright.kernel.transactions import rolled_back
from billwright.subscriptions import operations, queries
from billwright.subscriptions.operations import extend_grids
from billwright.subscriptions.queries import SubscriptionRow, accounts_on, item_facts, running_period_end
from billwright.subscriptions.queries.agreements import changed_before
from billwright.subscriptions.states import Unused
from billwright.workflow.bill_run import working
from billwright.workflow.bill_run.previews import AccountPreview, preview_accounts
from billwright.workflow.contract_changes import PlanDecision, decide_plan_change


class ChangeKind(StrEnum):
    """What may be asked of a running subscription."""

    PLAN = "plan"
    QUANTITY = "quantity"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    KEEP = "keep"
    CYCLE_DAY = "cycle_day"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class ChangeAsked:
    """A change as it is asked for; `effective_on` none: the end of the period. A cancellation ends before it.

    Of another plan with neither `effective_on` nor `effect` the rule of the plan that is left says both.
    """

    kind: ChangeKind
    effective_on: date | None = None
    plan: str = ""
    quantity: Decimal | None = None
    cycle_day: int | None = None
    percent: Decimal | None = None
    unused: Unused = Unused.CREDIT
    change_id: int | None = None
    effect: ChangeEffect | None = None


@dataclass(frozen=True, slots=True)
class ChangePreview:
    """What a change comes to. Amounts in minor units, before tax.

    `now` is the bill of `reckoned_on` with the change, `next` that of `next_on`, the end of the period that then runs.
    `is_correction`: it is dated before what is billed already. `decision`: of another plan, whether it is dearer, and
    what the rule makes of that.
    """

    reckoned_on: date
    currency: str
    credit_minor: int
    charge_minor: int
    is_correction: bool
    now: AccountPreview
    next_on: date
    next: AccountPreview
    decision: PlanDecision | None = None


def preview_change(*, act: Act, subscription_id: int, asked: ChangeAsked, as_of: date) -> ChangePreview:
    """Reckon a change with and without it, as the bill run would; nothing is written.

    `as_of` is the account's present day; a change of a later day is reckoned on that day. Raises what the verb of the
    change raises.
    """
    working.make_tables()
    with rolled_back():
        return _reckoned(act, subscription_id, asked, as_of)


def _reckoned(act: Act, subscription_id: int, asked: ChangeAsked, as_of: date) -> ChangePreview:
    row = queries.get_subscription(subscription_id)
    decision = _decided(subscription_id, asked, as_of) if asked.kind == ChangeKind.PLAN else None
    if decision is not None:
        asked = replace(asked, effect=decision.effect, effective_on=decision.effective_on)
    day = max(as_of, asked.effective_on or running_period_end(subscription_id, as_of))
    account = accounts_on([(row.account_id, day)])[row.account_id, day]
    since = asked.effective_on or day
    is_correction = changed_before(item_facts([subscription_id]), since) and since < as_of
    # Reckoning needs the calendar a period ahead.
    extend_grids(until=date(day.year + 2, 1, 1))
    before = preview_accounts(act=act, payer_ids=[account.payer_id], as_of=day)
    items_before = {item.item_id for item in item_facts([subscription_id])}
    _perform(act.nested(), row, asked, as_of)
    now = preview_accounts(act=act, payer_ids=[account.payer_id], as_of=day)
    own = items_before | {item.item_id for item in item_facts([subscription_id])}
    next_on = max(running_period_end(subscription_id, day), day)
    following = now if next_on == day else preview_accounts(act=act, payer_ids=[account.payer_id], as_of=next_on)
    credit, charge = (_sums(now, own)[kind] - _sums(before, own)[kind] for kind in (True, False))
    return ChangePreview(
        reckoned_on=day,
        currency=account.currency,
        credit_minor=-credit,
        charge_minor=charge,
        is_correction=is_correction,
        now=now,
        next_on=next_on,
        next=following,
        decision=decision,
    )


def _decided(subscription_id: int, asked: ChangeAsked, as_of: date) -> PlanDecision:
    return decide_plan_change(
        subscription_id=subscription_id,
        plan=asked.plan,
        as_of=as_of,
        quantity=asked.quantity,
        effect=asked.effect,
        effective_on=asked.effective_on,
    )


def _sums(preview: AccountPreview, item_ids: set[int]) -> dict[bool, int]:
    """Net of the lines of some items: corrections, and the others."""
    sums = {True: 0, False: 0}
    for document in preview.documents:
        for line in document.lines:
            if line.item_id in item_ids:
                sums[line.kind == "CORRECTION"] += line.amount_minor - line.discount_minor
    return sums


def _perform(act: Act, row: SubscriptionRow, asked: ChangeAsked, as_of: date) -> None:
    common: dict[str, Any] = {"act": act, "subscription_id": row.id, "as_of": as_of}
    dated = {**common, "effective_on": asked.effective_on}
    verbs: dict[ChangeKind, Callable[[], object]] = {
        ChangeKind.PLAN: lambda: operations.change_plan(
            **dated,
            plan=asked.plan,
            quantity=asked.quantity,
            cycle_day=asked.cycle_day,
            keeps_billed=asked.effect == ChangeEffect.NOW_WITHOUT_CREDIT,
        ),
        ChangeKind.QUANTITY: lambda: operations.change_quantity(
            **dated, quantity=row.quantity if asked.quantity is None else asked.quantity, cycle_day=asked.cycle_day
        ),
        ChangeKind.PAUSE: lambda: operations.pause(**dated, percent=asked.percent),
        ChangeKind.RESUME: lambda: operations.resume(**dated),
        ChangeKind.CANCEL: lambda: operations.cancel(**common, ends_before=asked.effective_on, unused=asked.unused),
        ChangeKind.KEEP: lambda: operations.keep(**common),
        ChangeKind.CYCLE_DAY: lambda: operations.change_cycle_day(**common, cycle_day=asked.cycle_day or 0),
        ChangeKind.WITHDRAW: lambda: operations.withdraw_change(**common, change_id=asked.change_id or 0),
    }
    verbs[asked.kind]()
