"""Builders of receipts."""

from __future__ import annotations

import itertools
from datetime import date

from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.receivables.states import AllocationPolicy
from billwright.workflow.payment_intake import ReceiptIn, StatedPart, receive_payments

_keys = itertools.count(1)


def make_receipt(account=None, amount="115.00", *, on="2026-02-10", key="", currency="ZAR", **values):
    """A receipt as a bank file or a form would hand it over."""
    return ReceiptIn(
        source="test",
        source_key=key or f"R{next(_keys)}",
        amount=Money.of(amount, currency if account is None else values.pop("currency_given", account.currency)),
        value_date=date.fromisoformat(on),
        account_id=account.id if account is not None else None,
        **values,
    )


def receive(*receipts, policy=AllocationPolicy.OLDEST_FIRST, at="2026-02-11T09:00:00"):
    return receive_payments(act=make_act(at=at), receipts=receipts, policy=policy)


def stated(item, amount=None):
    return StatedPart(open_item_id=item.pk, amount=Money.of(amount, item.currency) if amount else None)
