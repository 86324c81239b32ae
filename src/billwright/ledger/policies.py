"""Pure rules of an entry: drafts, their balance, and the share of rounding in base currency."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money, round_minor
from billwright.ledger.states import EntryKind, LedgerRole


@dataclass(frozen=True, slots=True)
class Side:
    """One side of an entry: debit positive, credit negative. Names its account by role and family, or by id.

    `base_minor` is given where the side moves what an earlier entry posted: at that one's rate. All sides of an entry
    say it, or none, unless the entry realizes differences.
    """

    amount: Money
    role: LedgerRole | None = None
    family: str = ""
    ledger_account_id: int | None = None
    billing_account_id: int | None = None
    tax_code: str = ""
    cost_center: str = ""
    base_minor: int | None = None


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """An entry before it is posted. `entry_key` is the opaque key of what it stands for, such as `invoice:42`.

    `realizes`: what the sides differ by in base currency, since they came at other rates, is an exchange difference.
    """

    legal_entity_id: int
    kind: EntryKind
    document_date: date
    accounting_date: date
    entry_key: str
    sides: tuple[Side, ...]
    narration: str = ""
    closing: bool = False
    realizes: bool = False


def require_balance(draft: EntryDraft) -> None:
    """Raises Refusal `entry.unbalanced` unless the sides sum to zero in every currency."""
    sums: Counter[str] = Counter()
    for side in draft.sides:
        sums[side.amount.currency] += side.amount.amount_minor
    off = {currency: total for currency, total in sums.items() if total}
    if off or not draft.sides:
        raise Refusal(
            "entry.unbalanced",
            f"Debits and credits differ by {', '.join(str(Money(total, currency)) for currency, total in off.items())}."
            if off
            else "An entry needs a debit and a credit.",
            field="lines",
            cure="Make debits and credits equal in each currency.",
        )


def base_amount(amount: Money, *, rates: dict[str, Decimal], base_currency: str) -> int:
    """An amount in base currency, in minor units, rounded once."""
    if amount.currency == base_currency:
        return amount.amount_minor
    return round_minor(amount.decimal * rates[amount.currency], base_currency).amount_minor


def base_amounts(amounts: list[Money], *, rates: dict[str, Decimal], base_currency: str) -> list[int]:
    """Amounts in base currency, in minor units, summing to zero: what rounding leaves goes to the largest side."""
    based = [base_amount(amount, rates=rates, base_currency=base_currency) for amount in amounts]
    off = sum(based)
    if off:
        largest = max(range(len(based)), key=lambda index: (abs(based[index]), -index))
        based[largest] -= off
    assert sum(based) == 0
    return based
