"""Balances as of a date (the accounting axis) and as known at a time (the recording axis)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from billwright.kernel.errors import Conflict
from billwright.kernel.locking import advisory_key
from billwright.kernel.money import Money
from billwright.kernel.sql import step
from billwright.ledger.states import LedgerRole

WRITERS = "ledger-writers"


@dataclass(frozen=True, slots=True)
class TrialBalanceRow:
    """One account's balance in one currency, in minor units: debit positive. `base_minor` in base currency."""

    ledger_account_id: int
    code: str
    name: str
    account_class: str
    role: str
    currency: str
    debit_minor: int
    credit_minor: int
    balance_minor: int
    base_minor: int


def refuse_unsettled(known_at: datetime) -> None:
    """Refuse a known-at time while a writer that began before it is still open: its rows would appear later.

    Writers hold a shared advisory lock from their first posting to their commit. Raises Conflict.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_locks as l join pg_stat_activity as a on a.pid = l.pid"
            " where l.locktype = 'advisory' and l.objid = %s and l.granted and l.pid <> pg_backend_pid()"
            " and a.xact_start <= %s and a.datname = current_database()",
            [advisory_key(WRITERS), known_at],
        )
        if cursor.fetchone()[0]:
            raise Conflict(
                "ledger.writer_open",
                "A posting that began before that time is not finished yet.",
                field="known_at",
                cure="Ask again in a moment, or for an earlier time.",
            )


# Folded and not yet folded: a balance is the sum of both.
MOVEMENTS = """
    select ledger_account_id, accounting_date, currency, tax_code, debit_minor, credit_minor, base_minor, posting_count
    from ledger_day_movement
    union all
    select ledger_account_id, accounting_date, currency, tax_code, debit_minor, credit_minor, base_minor, posting_count
    from ledger_movement
"""
_TRIAL_BALANCE = f"""
    select
        a.id, a.code, a.name, a.account_class, a.role, m.currency,
        sum(m.debit_minor)::bigint,
        sum(m.credit_minor)::bigint,
        sum(m.debit_minor - m.credit_minor)::bigint,
        sum(m.base_minor)::bigint
    from ({MOVEMENTS}) as m
    inner join ledger_account as a on a.id = m.ledger_account_id
    where a.legal_entity_id = %(legal_entity_id)s
      and m.accounting_date <= %(as_of)s
      and (%(since)s::date is null or m.accounting_date >= %(since)s)
    group by a.id, a.code, a.name, a.account_class, a.role, m.currency
    order by a.code, m.currency
"""
_TRIAL_BALANCE_KNOWN = """
    select
        a.id, a.code, a.name, a.account_class, a.role, p.currency,
        sum(greatest(p.amount_minor, 0))::bigint,
        sum(-least(p.amount_minor, 0))::bigint,
        sum(p.amount_minor)::bigint,
        sum(p.base_minor)::bigint
    from ledger_posting as p
    inner join ledger_journal_entry as e on e.id = p.entry_id
    inner join ledger_account as a on a.id = p.ledger_account_id
    where e.legal_entity_id = %(legal_entity_id)s
      and e.accounting_date <= %(as_of)s
      and (%(since)s::date is null or e.accounting_date >= %(since)s)
      and e.recorded_at <= %(known_at)s
    group by a.id, a.code, a.name, a.account_class, a.role, p.currency
    order by a.code, p.currency
"""


def trial_balance(
    *, legal_entity_id: int, as_of: date, since: date | None = None, known_at: datetime | None = None
) -> list[TrialBalanceRow]:
    """Every account's balance as of the end of a day; the rows sum to zero in each currency.

    `since` limits it to the movements from a day on. Raises Conflict when `known_at` is not settled yet.
    """
    if known_at is not None:
        refuse_unsettled(known_at)
    with connection.cursor() as cursor:
        cursor.execute(
            _TRIAL_BALANCE if known_at is None else _TRIAL_BALANCE_KNOWN,
            {"legal_entity_id": legal_entity_id, "as_of": as_of, "since": since, "known_at": known_at},
        )
        return [TrialBalanceRow(*row) for row in cursor.fetchall()]


_BALANCES = f"""
    select a.legal_entity_id, a.role, m.currency, sum(m.debit_minor - m.credit_minor)::bigint
    from ledger_account as a
    inner join ({MOVEMENTS}) as m on m.ledger_account_id = a.id
    where a.legal_entity_id = any(%(legal_entity_ids)s)
      and a.role = any(%(roles)s)
      and (%(as_of)s::date is null or m.accounting_date <= %(as_of)s)
    group by a.legal_entity_id, a.role, m.currency
    order by a.legal_entity_id, a.role, m.currency
"""
_BALANCES_FROM_POSTINGS = """
    select a.legal_entity_id, a.role, p.currency, sum(p.amount_minor)::bigint
    from ledger_account as a
    inner join ledger_posting as p on p.ledger_account_id = a.id
    inner join ledger_journal_entry as e on e.id = p.entry_id
    where a.legal_entity_id = any(%(legal_entity_ids)s)
      and a.role = any(%(roles)s)
      and (%(billing_account_ids)s::bigint[] is null or p.billing_account_id = any(%(billing_account_ids)s))
      and (%(as_of)s::date is null or e.accounting_date <= %(as_of)s)
      and (%(known_at)s::timestamptz is null or e.recorded_at <= %(known_at)s)
    group by a.legal_entity_id, a.role, p.currency
    order by a.legal_entity_id, a.role, p.currency
"""
_ANYTHING_LATER = """
    select exists (
        select 1
        from ledger_journal_entry as e
        where e.legal_entity_id = any(%(legal_entity_ids)s) and e.accounting_date > %(as_of)s
    )
"""


def has_entries_after(day: date, *, legal_entity_ids: Sequence[int]) -> bool:
    """Whether anything is booked after a day; without it today's figures are those of the end of that day."""
    with connection.cursor() as cursor:
        cursor.execute(_ANYTHING_LATER, {"legal_entity_ids": list(legal_entity_ids), "as_of": day})
        return bool(cursor.fetchone()[0])


def control_balances(
    *,
    legal_entity_ids: Sequence[int],
    roles: Sequence[LedgerRole],
    as_of: date | None = None,
    known_at: datetime | None = None,
    billing_account_ids: Sequence[int] | None = None,
) -> dict[tuple[int, LedgerRole, str], int]:
    """Balances by legal entity, role and currency, in minor units, debit positive; of some billing accounts if given.

    Raises Conflict when `known_at` is not settled yet.
    """
    if known_at is not None:
        refuse_unsettled(known_at)
    parameters: dict[str, Any] = {
        "legal_entity_ids": list(legal_entity_ids),
        "roles": list(roles),
        "billing_account_ids": None if billing_account_ids is None else list(billing_account_ids),
        "as_of": as_of,
        "known_at": known_at,
    }
    is_summed = known_at is None and billing_account_ids is None
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES if is_summed else _BALANCES_FROM_POSTINGS, parameters)
        return {
            (entity_id, LedgerRole(role), currency): minor for entity_id, role, currency, minor in cursor.fetchall()
        }


def balances_of_customers(*, legal_entity_id: int, as_of: date) -> dict[int, Money]:
    """What each billing account owes less what we hold of it, as of the end of a day; those at zero are left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select p.billing_account_id, p.currency, sum(p.amount_minor)::bigint from ledger_posting as p"
            " inner join ledger_account as a on a.id = p.ledger_account_id"
            " inner join ledger_journal_entry as e on e.id = p.entry_id"
            " where a.legal_entity_id = %(legal_entity_id)s and a.role = any(%(roles)s)"
            " and e.accounting_date <= %(as_of)s and p.billing_account_id is not null"
            " group by p.billing_account_id, p.currency having sum(p.amount_minor) <> 0",
            {
                "legal_entity_id": legal_entity_id,
                "roles": [LedgerRole.RECEIVABLES, LedgerRole.UNALLOCATED_CASH],
                "as_of": as_of,
            },
        )
        return {account_id: Money(amount_minor, currency) for account_id, currency, amount_minor in cursor.fetchall()}


_ACCOUNT_BALANCE = f"""
    select m.currency, sum(m.debit_minor - m.credit_minor)::bigint
    from ({MOVEMENTS}) as m
    where m.ledger_account_id = %(account)s
      and m.accounting_date <= %(as_of)s
      and (%(since)s::date is null or m.accounting_date >= %(since)s)
    group by m.currency
    order by m.currency
"""


def account_balance(*, ledger_account_id: int, as_of: date, since: date | None = None) -> list[Money]:
    """One account's balance as of the end of a day, a Money a currency; from `since` on only its movement."""
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNT_BALANCE, {"account": ledger_account_id, "as_of": as_of, "since": since})
        return [Money(amount_minor, currency) for currency, amount_minor in cursor.fetchall()]


def assert_books_balance() -> None:
    """Every entry sums to zero per currency and in base currency, over the whole book, and the sums kept are theirs.

    Raises AssertionError.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select entry_id from ledger_posting group by entry_id, currency having sum(amount_minor) <> 0 limit 5"
        )
        unbalanced = cursor.fetchall()
        assert not unbalanced, f"entries out of balance: {unbalanced}"
        cursor.execute("select entry_id from ledger_posting group by entry_id having sum(base_minor) <> 0 limit 5")
        unbalanced = cursor.fetchall()
        assert not unbalanced, f"entries out of balance in base currency: {unbalanced}"
        cursor.execute(
            "select e.id from ledger_journal_entry as e"
            " where not exists (select 1 from ledger_posting as p where p.entry_id = e.id) limit 5"
        )
        empty = cursor.fetchall()
        assert not empty, f"entries without postings: {empty}"
        wrong = step("billwright.ledger", "check_movements").rows(cursor, {})
        assert not wrong, f"days whose sums are not those of their postings: {wrong}"
