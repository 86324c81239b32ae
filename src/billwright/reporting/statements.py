"""Statements of account: opening, movements, closing, age of what is left, and a slip to pay with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from billwright.accounts.queries import get_accounts
from billwright.accounts.rows import AccountRow
from billwright.kernel.money import Money
from billwright.kernel.periods import Period, add_months
from billwright.kernel.sql import step
from billwright.reporting.ageing import AgeingLine, AgeingQuestion, age_lines


@dataclass(frozen=True, slots=True)
class DuePart:
    """How much of a document is due on a day."""

    due_date: date
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementMovement:
    """One entry that moved the balance; `amount` is positive where the customer owes more, `balance` follows it.

    `parts` are those of a document that is due in parts, the first due first; its `due_date` is that of the last.
    """

    on: date
    kind: str
    number: str
    reference: str
    due_date: date | None
    amount: Money
    balance: Money
    entry_id: int
    parts: tuple[DuePart, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What an account did in a period. The balance is what is owed less what we hold unallocated.

    `ageing` and `unallocated` are of the period's last day: closing = owed - unallocated.
    """

    account: AccountRow
    period: Period
    opening: Money
    movements: tuple[StatementMovement, ...]
    closing: Money
    owed: Money
    unallocated: Money
    ageing: tuple[Money, ...]
    bounds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the step; without an entry it is the opening balance."""

    entry_id: int | None
    currency: str
    accounting_date: date | None
    document_date: date | None
    kind: str
    net_minor: int
    number: str
    reference: str
    due_date: date | None
    parts: Any


def default_period(as_of: date) -> Period:
    """The three months that end with a day."""
    return Period(add_months(as_of + timedelta(days=1), -3), as_of + timedelta(days=1))


def statements(*, account_ids: Sequence[int], period: Period) -> list[Statement]:
    """The statements of accounts over a period, in the order asked, in a handful of queries whatever their number."""
    last_day = period.last_day
    with connection.cursor() as cursor:
        rows = step("billwright.reporting", "statement_movements").rows(
            cursor, {"account_ids": list(account_ids), "since": period.starts_on, "until": last_day}
        )
    by_account: dict[int, list[_Row]] = {}
    for account_id, *row in rows:
        by_account.setdefault(account_id, []).append(_Row(*row))
    question = AgeingQuestion(as_of=last_day, account_ids=tuple(account_ids))
    aged = {line.party_id: line for line in age_lines(question)}
    accounts = get_accounts(account_ids)
    return [
        _statement(accounts[account_id], period, by_account.get(account_id, []), aged.get(account_id), question.bounds)
        for account_id in account_ids
    ]


def _statement(
    account: AccountRow,
    period: Period,
    rows: Sequence[_Row],
    aged: AgeingLine | None,
    bounds: tuple[int, ...],
) -> Statement:
    opening = balance = Money.zero(account.currency)
    movements = []
    for row in rows:
        balance += Money(row.net_minor, account.currency)
        if row.entry_id is None:
            opening = balance
        else:
            movements.append(_movement(row, balance))
    zero = Money.zero(account.currency)
    owed, unallocated = (aged.total, aged.unallocated) if aged else (zero, zero)
    assert balance == owed - unallocated, f"the statement of {account.number} does not tie to its items"
    return Statement(
        account=account,
        period=period,
        opening=opening,
        movements=tuple(movements),
        closing=balance,
        owed=owed,
        unallocated=unallocated,
        ageing=aged.buckets if aged else tuple(zero for _bound in (*bounds, None)),
        bounds=bounds,
    )


def _movement(row: _Row, balance: Money) -> StatementMovement:
    assert row.entry_id is not None
    assert row.accounting_date is not None
    return StatementMovement(
        on=row.accounting_date,
        kind=row.kind,
        number=row.number,
        reference=row.reference,
        due_date=row.due_date,
        amount=Money(row.net_minor, row.currency),
        balance=balance,
        entry_id=row.entry_id,
        parts=_parts(row),
    )


def _parts(row: _Row) -> tuple[DuePart, ...]:
    found = json.loads(row.parts) if isinstance(row.parts, str) else row.parts or []
    return tuple(DuePart(date.fromisoformat(day), Money(minor, row.currency)) for day, minor in found)
