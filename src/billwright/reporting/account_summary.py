"""What an account owes, and why: everything that the account page says about money, in one frozen row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from billwright.accounts.queries import get_account
from billwright.invoicing.queries.documents import list_documents
from billwright.invoicing.rows import InvoiceRow
from billwright.kernel.money import Money
from billwright.payments.queries import list_payments
from billwright.payments.rows import PaymentRow
from billwright.receivables.queries import chaseable, list_account_holds, list_cash
from billwright.receivables.rows import CashRow, HoldRow, OpenItemRow
from billwright.reporting.ageing import DEFAULT_BOUNDS, bucket_labels

RECENT_MAX = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSummary:
    """The money of one account on a day, in its one currency.

    balance = owed - credit - unallocated: what would be left if all that we hold were used. `overdue` is the part of
    `owed` due before the day; `held`, `covered` and `chaseable` share out `owed`. `ageing` is of the open items,
    credit notes negative, in the buckets of `labels`.
    """

    account_id: int
    currency: str
    as_of: date
    balance: Money
    owed: Money
    overdue: Money
    held: Money
    disputed: Money
    covered: Money
    chaseable: Money
    credit: Money
    unallocated: Money
    labels: tuple[str, ...]
    ageing: tuple[Money, ...]
    open_items: tuple[OpenItemRow, ...]
    cash: tuple[CashRow, ...]
    holds: tuple[HoldRow, ...]
    last_documents: tuple[InvoiceRow, ...]
    last_payments: tuple[PaymentRow, ...]


def account_summary(*, account_id: int, as_of: date) -> AccountSummary:
    """What is owed today and why. `as_of` is the account's civil date: it decides what is overdue and held.

    Raises NotFound. Next renewals are known to subscriptions and joined by the caller.
    """
    currency = get_account(account_id).currency
    items = chaseable(as_of=as_of, account_ids=[account_id])
    cash = list_cash(account_id=account_id, limit=500)
    claims = [item for item in items if item.open.amount_minor > 0]
    owed = _sum((item.open for item in claims), currency)
    credit = _sum((-item.open for item in items if item.open.amount_minor < 0), currency)
    unallocated = _sum((piece.left for piece in cash), currency)
    return AccountSummary(
        account_id=account_id,
        currency=currency,
        as_of=as_of,
        balance=owed - credit - unallocated,
        owed=owed,
        overdue=_sum((item.open for item in claims if item.due_date < as_of), currency),
        held=_sum((item.held for item in claims), currency),
        disputed=_sum((item.disputed for item in claims), currency),
        covered=_sum((item.covered for item in claims), currency),
        chaseable=_sum((item.chaseable for item in claims), currency),
        credit=credit,
        unallocated=unallocated,
        labels=bucket_labels(DEFAULT_BOUNDS),
        ageing=_age(items, as_of, currency),
        open_items=tuple(items),
        cash=tuple(cash),
        holds=tuple(list_account_holds(account_id=account_id, as_of=as_of)),
        last_documents=tuple(list_documents(account_id=account_id, limit=RECENT_MAX)),
        last_payments=tuple(list_payments(account_id=account_id, limit=RECENT_MAX)),
    )


def _sum(amounts: Iterable[Money], currency: str) -> Money:
    return sum(amounts, start=Money.zero(currency))


def _age(items: Iterable[OpenItemRow], as_of: date, currency: str) -> tuple[Money, ...]:
    """The same buckets as the ageing report, by due date, over items at hand."""
    buckets = [Money.zero(currency) for _bound in (*DEFAULT_BOUNDS, None)]
    for item in items:
        days = (as_of - item.due_date).days
        buckets[sum(days > bound for bound in DEFAULT_BOUNDS)] += item.open
    return tuple(buckets)
