"""Reads of the ledger: accounts and periods here, balances and reports beside."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from billwright.kernel.errors import NotFound, Refusal
from billwright.ledger.models import AccountingPeriod, LedgerAccount
from billwright.ledger.queries.balances import (
    TrialBalanceRow,
    account_balance,
    assert_books_balance,
    balances_of_customers,
    control_balance,
    has_entries_after,
    trial_balance,
)
from billwright.ledger.queries.entries import (
    EntryRow,
    PostingRow,
    get_entry,
    list_entries,
    list_postings,
    stream_journal,
)
from billwright.ledger.queries.tax import TaxReportRow, tax_report
from billwright.ledger.states import PeriodState

__all__ = [
    "EntryRow",
    "LedgerAccountRow",
    "PeriodRow",
    "PostingRow",
    "TaxReportRow",
    "TrialBalanceRow",
    "account_balance",
    "account_ids",
    "assert_books_balance",
    "balances_of_customers",
    "control_balance",
    "first_open_day",
    "first_open_days",
    "get_account",
    "get_entry",
    "get_period",
    "has_entries_after",
    "list_accounts",
    "list_entries",
    "list_periods",
    "list_postings",
    "stream_journal",
    "tax_report",
    "trial_balance",
]


@dataclass(frozen=True, slots=True)
class LedgerAccountRow:
    """A line of the chart."""

    id: int
    legal_entity_id: int
    code: str
    name: str
    account_class: str
    role: str
    family: str
    active: bool


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """An accounting period and where it stands."""

    id: int
    legal_entity_id: int
    starts_on: date
    ends_before: date
    state: str


def _row(account: LedgerAccount) -> LedgerAccountRow:
    return LedgerAccountRow(**{field: getattr(account, field) for field in LedgerAccountRow.__dataclass_fields__})


def list_accounts(legal_entity_id: int) -> list[LedgerAccountRow]:
    return [_row(account) for account in LedgerAccount.objects.filter(legal_entity_id=legal_entity_id).order_by("code")]


def get_account(ledger_account_id: int) -> LedgerAccountRow:
    """One account of the chart. Raises NotFound."""
    account = LedgerAccount.objects.filter(id=ledger_account_id).first()
    if account is None:
        raise NotFound("ledger_account.not_found", f"There is no ledger account {ledger_account_id}.")
    return _row(account)


def account_ids(legal_entity_id: int) -> dict[tuple[str, str], int]:
    """Ledger account ids of an entity by (role, family); family is empty where a role has one account."""
    rows = LedgerAccount.objects.filter(legal_entity_id=legal_entity_id).exclude(role="OTHER")
    return {(role, family): id_ for role, family, id_ in rows.values_list("role", "family", "id")}


def list_periods(legal_entity_id: int) -> list[PeriodRow]:
    periods = AccountingPeriod.objects.filter(legal_entity_id=legal_entity_id).order_by("starts_on")
    return [PeriodRow(**{field: getattr(row, field) for field in PeriodRow.__dataclass_fields__}) for row in periods]


def get_period(period_id: int) -> PeriodRow:
    """One accounting period. Raises NotFound."""
    period = AccountingPeriod.objects.filter(id=period_id).first()
    if period is None:
        raise NotFound("period.not_found", f"There is no accounting period {period_id}.")
    return PeriodRow(**{field: getattr(period, field) for field in PeriodRow.__dataclass_fields__})


def first_open_day(*, legal_entity_id: int, day: date) -> date:
    """`day` if its period is open, else the first day after it that lies in an open period.

    Raises Refusal `period.none_open` when no later period is open.
    """
    period = (
        AccountingPeriod.objects.filter(legal_entity_id=legal_entity_id, ends_before__gt=day, state=PeriodState.OPEN)
        .order_by("starts_on")
        .first()
    )
    if period is None:
        raise Refusal(
            "period.none_open",
            f"No accounting period from {day} on is open.",
            field="accounting_date",
            cure="Open the next period of the entity.",
        )
    return max(day, period.starts_on)


def first_open_days(days: Collection[tuple[int, date]]) -> dict[tuple[int, date], date]:
    """`first_open_day` for many pairs of entity and day, asking once for each entity and month."""
    answers: dict[tuple[int, date], date] = {}
    by_month: dict[tuple[int, date], date] = {}
    for entity, day in days:
        month = day.replace(day=1)
        if (entity, month) not in by_month:
            by_month[entity, month] = first_open_day(legal_entity_id=entity, day=month)
        answers[entity, day] = max(day, by_month[entity, month])
    return answers
