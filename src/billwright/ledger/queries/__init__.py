"""Reads of the ledger: accounts and periods here, balances and reports beside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from billwright.kernel.errors import NotFound, Refusal
from billwright.kernel.money import Money
from billwright.ledger.models import AccountingPeriod, LedgerAccount
from billwright.ledger.policies import base_amount
from billwright.ledger.queries.balances import (
    TrialBalanceRow,
    account_balance,
    assert_books_balance,
    balances_of_customers,
    control_balances,
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
from billwright.org.queries import get_base_currencies, get_rate

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
    "control_balances",
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
    return first_open_days({(legal_entity_id, day)})[legal_entity_id, day]


def first_open_days(days: Collection[tuple[int, date]]) -> dict[tuple[int, date], date]:
    """`first_open_day` for many pairs of entity and day, by one question."""
    if not days:
        return {}
    periods: defaultdict[int, list[tuple[date, date]]] = defaultdict(list)
    found = AccountingPeriod.objects.filter(
        legal_entity_id__in={entity for entity, _ in days},
        ends_before__gt=min(day for _, day in days),
        state=PeriodState.OPEN,
    ).order_by("starts_on")
    for entity, starts_on, ends_before in found.values_list("legal_entity_id", "starts_on", "ends_before"):
        periods[entity].append((starts_on, ends_before))
    return {(entity, day): _first_day_in(periods[entity], day) for entity, day in days}


def _first_day_in(periods: Iterable[tuple[date, date]], day: date) -> date:
    """The first day from `day` on that lies in one of these periods, which stand in their order."""
    for starts_on, ends_before in periods:
        if ends_before > day:
            return max(day, starts_on)
    raise Refusal(
        "period.none_open",
        f"No accounting period from {day} on is open.",
        field="accounting_date",
        cure="Open the next period of the entity.",
    )


def base_minor_of(amount: Money, *, legal_entity_id: int, on: date) -> int:
    """An amount in the base currency of a company, in minor units, at the dated rate. Raises Refusal `rate.missing`."""
    base_currency = get_base_currencies({legal_entity_id})[legal_entity_id]
    rate = get_rate(from_currency=amount.currency, to_currency=base_currency, on=on)
    return base_amount(amount, rates={amount.currency: rate}, base_currency=base_currency)
