"""A small book of every noun, and a token that may do everything a finance manager and an administrator may."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from billwright.access.operations.roles import grant_role
from billwright.access.operations.tokens import issue_token
from billwright.access.operations.users import create_user
from billwright.catalog.tests.builders import make_plan, make_product
from billwright.invoicing.tests.builders import make_company, make_draft, make_issued, make_payer
from billwright.kernel.tests.builders import make_act
from billwright.org.queries import LegalEntityRow
from billwright.receivables.operations import add_open_items
from billwright.receivables.queries import open_item_ids
from billwright.receivables.tests.builders import make_cash
from billwright.subscriptions.operations import NewSubscription, subscribe


@dataclass(frozen=True)
class Book:
    """A token, and what exists by the name of the member that points to it."""

    token: str
    ids: dict[str, int]


@pytest.fixture
def one_connection() -> Iterator[None]:
    """A WSGI application closes its connection around each request; ours is the test's own transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def book(db: None, one_connection: None) -> Book:
    """One company with an account, a plan and its subscription, a draft, an issued invoice and money."""
    entity = make_company()
    return Book(token=_token(), ids=_ids(entity))


def _ids(entity: LegalEntityRow) -> dict[str, int]:
    payer = make_payer(entity)
    make_product()
    plan = make_plan()
    order = NewSubscription(account_id=payer.id, plan=plan.code, ordered_on=payer.opened_on, starts_on=payer.opened_on)
    subscription = subscribe(act=make_act(), row=order)
    make_draft(payer)
    issued = make_issued(payer)
    add_open_items(act=make_act(), invoice_ids=[issued.id])
    cash = make_cash(payer)
    return {
        "legal_entity_id": entity.id,
        "account_id": payer.id,
        "customer_id": payer.customer_id,
        "charge_id": plan.charges[0].id,
        "subscription_id": subscription.id,
        "invoice_id": issued.id,
        "open_item_id": open_item_ids([issued.id])[issued.id][0],
        "payment_id": cash.payment_id,
        "cash_id": cash.pk,
        "version": 1,
    }


def _token() -> str:
    act = make_act()
    user = create_user(
        act=act,
        username="fay",
        display_name="Fay Fuzz (invented)",
        email="fay@example.invalid",
        password="a long enough pass-phrase 91",
    )
    for role in ("FINANCE_MANAGER", "ADMINISTRATOR", "BILLING_SPECIALIST"):
        grant_role(act=act, user_id=user.id, role=role)
    return issue_token(act=act, user_id=user.id, name="contracts", scopes=("read", "write")).secret
