"""Builders of deferred revenue."""

from __future__ import annotations

from datetime import date, timedelta

from billwright.invoicing.rows import NewLine
from billwright.invoicing.tests.builders import line
from billwright.kernel.periods import add_months
from billwright.kernel.tests.builders import make_act
from billwright.ledger.queries import trial_balance
from billwright.ledger.states import LedgerRole
from billwright.org.queries import LegalEntityRow
from billwright.workflow.revenue_recognition import Recognition, recognize_revenue

LATE = "2029-12-31"


def day(text: str) -> date:
    return date.fromisoformat(text)


def prepaid(service_from: str = "2026-01-01", service_to: str = "2027-01-01", amount: str = "365.00") -> NewLine:
    """A line for service until before a day."""
    return line("Hosting", unit_price=amount, service_from=day(service_from), service_to=day(service_to))


def recognize(entity: LegalEntityRow, month: str) -> Recognition:
    """At noon of the day after the month."""
    first = day(f"{month}-01")
    at = add_months(first, 1) + timedelta(hours=12)
    return recognize_revenue(act=make_act(at=f"{at}T12:00:00"), legal_entity_id=entity.id, month=first)


def balance(entity: LegalEntityRow, role: LedgerRole, *, currency: str = "ZAR", base: bool = False) -> int:
    """A role's balance at the end of time, debit positive; in base currency over all currencies if asked."""
    rows = [row for row in trial_balance(legal_entity_id=entity.id, as_of=day(LATE)) if row.role == role]
    if base:
        return sum(row.base_minor for row in rows)
    return sum(row.balance_minor for row in rows if row.currency == currency)
