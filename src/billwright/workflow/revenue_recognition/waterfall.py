"""What is deferred, month by month ahead, tied to the ledger. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from billwright.kernel.money import Money
from billwright.ledger.queries import account_balance, get_account, list_accounts
from billwright.ledger.states import LedgerRole
from billwright.workflow.revenue_recognition import pipeline

LINES_SHOWN_MAX = 200


@dataclass(frozen=True, slots=True)
class MonthAmount:
    """What a month will bring; the month as its first day."""

    month: date
    amount: Money


@dataclass(frozen=True, slots=True)
class WaterfallRow:
    """What is deferred of a product family in a currency at the end of a day.

    `due` should be recognized by then and is not, `ahead` will be, by month; both are `deferred`. `by_hand` is what
    manual journals put on the account; what the ledger says beyond both is `difference`.
    """

    ledger_account_id: int
    code: str
    family: str
    deferred: Money
    due: Money
    ahead: tuple[MonthAmount, ...]
    by_hand: Money
    ledger: Money
    difference: Money


@dataclass(frozen=True, slots=True)
class Waterfall:
    """Deferred revenue of an entity as of the end of a day."""

    legal_entity_id: int
    as_of: date
    rows: tuple[WaterfallRow, ...]

    @property
    def ties(self) -> bool:
        """Whether every row is what the ledger says."""
        return not any(row.difference for row in self.rows)

    @property
    def months(self) -> tuple[date, ...]:
        """The months in which anything will be recognized."""
        return tuple(sorted({one.month for row in self.rows for one in row.ahead}))


@dataclass(frozen=True, slots=True)
class DeferredLine:
    """A line of which something is deferred, with its credits: its net, what was recognized, what is due."""

    invoice_id: int
    line_no: int
    number: str
    account_id: int
    text: str
    service_from: date
    service_to: date
    net: Money
    recognized: Money
    due: Money

    @property
    def deferred(self) -> Money:
        return self.net - self.recognized


def waterfall(*, legal_entity_id: int, as_of: date) -> Waterfall:
    """Deferred revenue per family, currency and month ahead at the end of a day. Must run inside a transaction."""
    pipeline.reckon(legal_entity_id=legal_entity_id, as_of=as_of)
    due: dict[tuple[int, str], int] = {}
    ahead: dict[tuple[int, str], list[MonthAmount]] = {}
    for account_id, currency, month, amount_minor in pipeline.read("300_sum_by_month", as_of=as_of):
        if month is None:
            due[account_id, currency] = amount_minor
        else:
            ahead.setdefault((account_id, currency), []).append(MonthAmount(month, Money(amount_minor, currency)))
    ledger = _in_ledger(legal_entity_id, as_of)
    keys = sorted(set(due | ahead) | {key for key, minor in ledger.items() if minor})
    rows = [_row(key, due.get(key, 0), tuple(ahead.get(key, ())), ledger.get(key, 0)) for key in keys]
    if any(row.difference for row in rows):
        by_hand = {
            (account_id, currency): minor
            for account_id, currency, _ours, minor, _ledger in pipeline.read(
                "900_check_deferred", legal_entity_id=legal_entity_id, as_of=as_of
            )
        }
        rows = [
            _row(key, due.get(key, 0), tuple(ahead.get(key, ())), ledger.get(key, 0), by_hand=by_hand.get(key, 0))
            for key in keys
        ]
    return Waterfall(legal_entity_id, as_of, tuple(row for row in rows if row.deferred or row.ledger or row.due))


def _in_ledger(legal_entity_id: int, as_of: date) -> dict[tuple[int, str], int]:
    """Credit balances of the deferred revenue accounts."""
    return {
        (account.id, balance.currency): -balance.amount_minor
        for account in list_accounts(legal_entity_id)
        if account.role == LedgerRole.DEFERRED_REVENUE
        for balance in account_balance(ledger_account_id=account.id, as_of=as_of)
    }


def _row(
    key: tuple[int, str], due_minor: int, ahead: tuple[MonthAmount, ...], ledger_minor: int, *, by_hand: int = 0
) -> WaterfallRow:
    account_id, currency = key
    account = get_account(account_id)
    due, ledger = Money(due_minor, currency), Money(ledger_minor, currency)
    deferred = sum((one.amount for one in ahead), due)
    return WaterfallRow(
        ledger_account_id=account_id,
        code=account.code,
        family=account.family,
        deferred=deferred,
        due=due,
        ahead=ahead,
        by_hand=Money(by_hand, currency),
        ledger=ledger,
        difference=ledger - deferred - Money(by_hand, currency),
    )


def deferred_lines(
    *, legal_entity_id: int, ledger_account_id: int, as_of: date, limit: int | None = LINES_SHOWN_MAX
) -> list[DeferredLine]:
    """The lines behind a row of the waterfall, those with most left first; all without a limit.

    Must run inside a transaction.
    """
    pipeline.reckon(legal_entity_id=legal_entity_id, as_of=as_of)
    return [
        DeferredLine(
            invoice_id=invoice_id,
            line_no=line_no,
            number=number,
            account_id=account_id,
            text=text,
            service_from=service_from,
            service_to=service_to,
            net=Money(net, currency),
            recognized=Money(done, currency),
            due=Money(due, currency),
        )
        for (
            invoice_id, line_no, number, account_id, text, service_from, service_to, currency, net, done, due,
        ) in pipeline.read("310_list_heads", ledger_account_id=ledger_account_id, limit=limit)
    ]  # fmt: skip


def unrecognized(*, legal_entity_id: int, as_of: date) -> list[Money]:
    """What should be recognized by the end of a day and is not, a Money a currency. Must run inside a transaction."""
    found: dict[str, int] = {}
    for row in waterfall(legal_entity_id=legal_entity_id, as_of=as_of).rows:
        found[row.due.currency] = found.get(row.due.currency, 0) + row.due.amount_minor
    return [Money(minor, currency) for currency, minor in sorted(found.items()) if minor]


def assert_deferred_revenue_ties(*, legal_entity_id: int, as_of: date) -> None:
    """Documents less recognitions is what the ledger says, account by account. Raises AssertionError."""
    wrong = [
        row
        for row in pipeline.read("900_check_deferred", legal_entity_id=legal_entity_id, as_of=as_of)
        if row[2] + row[3] != row[4]
    ]
    assert not wrong, f"deferred revenue differs from the ledger: {wrong}"
