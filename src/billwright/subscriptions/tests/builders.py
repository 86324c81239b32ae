"""Builders of subscriptions: accounts of the standing cast, and orders."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from billwright.accounts.models import BillingAccount, Customer, ParentLink
from billwright.catalog.tests.builders import NOON, make_act, make_entity
from billwright.org.models import LegalEntity
from billwright.subscriptions import operations
from billwright.subscriptions.operations import NewSubscription
from billwright.subscriptions.queries import SubscriptionRow


def day(text: str) -> date:
    return date.fromisoformat(text)


def make_account(
    *,
    number: str = "ANA",
    entity: LegalEntity | None = None,
    cycle_day: int | None = 1,
    currency: str = "ZAR",
    state: str = "OPEN",
    parent: BillingAccount | None = None,
    parent_from: str = "2025-01-01",
) -> BillingAccount:
    entity = entity or LegalEntity.objects.first() or make_entity()
    customer = Customer.objects.create(
        kind="ORGANIZATION",
        name=f"{number.title()} Traders",
        country="ZA",
        timezone="Africa/Johannesburg",
        created_at=NOON,
    )
    account = BillingAccount.objects.create(
        number=number,
        customer=customer,
        legal_entity=entity,
        currency_id=currency,
        cycle_day=cycle_day,
        timezone="Africa/Johannesburg",
        language="en",
        state=state,
        opened_on=day("2025-01-01"),
        created_at=NOON,
    )
    if parent is not None:
        ParentLink.objects.create(child=account, parent=parent, valid_from=day(parent_from), recorded_at=NOON)
    return account


def make_order(
    account: BillingAccount,
    *,
    plan: str = "basic",
    starts_on: str | None = "2026-01-10",
    quantity: str = "1",
    ends_before: str | None = None,
    billed_to: str | None = None,
    number: str = "",
) -> NewSubscription:
    return NewSubscription(
        account_id=account.pk,
        plan=plan,
        ordered_on=day("2026-01-05"),
        quantity=Decimal(quantity),
        starts_on=day(starts_on) if starts_on else None,
        billed_to=day(billed_to) if billed_to else None,
        ends_before=day(ends_before) if ends_before else None,
        number=number,
    )


def make_subscription(account: BillingAccount, **order: str | None) -> SubscriptionRow:
    return operations.subscribe(act=make_act(), row=make_order(account, **order))
