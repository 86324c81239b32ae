"""S17: Post a double-entry ledger from every billing and cash event, tie AR control to sub-ledger, defer and recognise
revenue.

Felix, finance manager, through a year's hosting that Ana pays ahead and cancels: invoice, receipt, recognition month by
month, the credit, the close of a month; every step on the pages, the command line or the API, every balance tied.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.duties.people import on, person, type_in

from billwright.access.states import Role
from billwright.interfaces.cli import payments, report, revenue
from billwright.invoicing import operations
from billwright.invoicing.rows import NewInvoice
from billwright.invoicing.tests.builders import correction, credit, make_company, make_payer
from billwright.kernel.tests.builders import make_act
from billwright.ledger.queries import list_periods, trial_balance
from billwright.ledger.states import LedgerRole
from billwright.workflow.documents import invoice_at_once, issue_credit_note
from billwright.workflow.revenue_recognition.tests.builders import prepaid

pytestmark = [pytest.mark.django_db, pytest.mark.duty("S17")]


def balances(account, as_of):
    """Balances per role that are not zero, in units of currency."""
    rows = trial_balance(legal_entity_id=account.legal_entity_id, as_of=date.fromisoformat(as_of))
    assert sum(row.balance_minor for row in rows) == 0
    found = {row.role: Decimal(row.balance_minor) / 100 for row in rows if row.balance_minor}
    return {
        role: found.get(role, 0) for role in (LedgerRole.RECEIVABLES, LedgerRole.DEFERRED_REVENUE, LedgerRole.REVENUE)
    }


def recognized(month):
    """The one run that the command makes of a month."""
    [run] = type_in(revenue.app, "recognise", "KAROO", "--month", month)
    return run


def cancel(invoice, on_day):
    """Credit what is left of an invoice from a day on."""
    act = make_act(at=f"{on_day}T09:00:00")
    wanted = correction(invoice, on=on_day)
    note = operations.draft_credit_note(act=act, correction=wanted, lines=(credit(credit_from=on_day),))
    issue_credit_note(act=act, invoice_id=note.id, version=note.version)


def test_s17_a_year_paid_ahead_is_recognised_month_by_month_until_it_is_canceled():
    ana = make_payer(make_company("KAROO"))
    felix = person("felix", Role.FINANCE_MANAGER)
    # 1 January: a year's hosting, billed ahead: a claim against deferred revenue, no revenue yet.
    order = NewInvoice(account_id=ana.id, document_date=date(2026, 1, 1), lines=(prepaid(amount="365.00"),))
    with on("2026-01-01"):
        issued = invoice_at_once(act=make_act(at="2026-01-01T09:00:00"), draft=order)
    total = issued.invoice.total.decimal
    assert balances(ana, "2026-01-31") == {
        "RECEIVABLES": total, "DEFERRED_REVENUE": Decimal("-365.00"), "REVENUE": 0,
    }  # fmt: skip
    # 15 January: Ana pays; receivables and sub-ledger are empty together.
    with on("2026-01-15"):
        amount = str(total)
        type_in(payments.app, "receive", amount, "--key", "ONE", "--value-date", "2026-01-15", "--account", ana.number)
    assert balances(ana, "2026-01-31")["RECEIVABLES"] == 0
    # 3 February: before Felix closes January the page tells him what is not recognised; he recognises it.
    [january] = [row for row in list_periods(ana.legal_entity_id) if row.starts_on == date(2026, 1, 1)]
    with on("2026-02-03"):
        assert "is not recognised yet" in felix.reads("period-move", january.id, "start_closing")
        felix.sends("revenue-recognize", month="2026-01-31")
        assert "is not recognised yet" not in felix.reads("period-move", january.id, "start_closing")
        felix.sends("period-move", january.id, "start_closing")
        felix.sends("period-move", january.id, "close")
        assert "Ties with the ledger" in felix.reads("revenue")
    assert balances(ana, "2026-01-31")["REVENUE"] == Decimal("-31.00")
    # 11 February: canceled; the rest is credited, and only the ten days served are left of February.
    with on("2026-02-11"):
        cancel(issued.invoice, "2026-02-11")
    with on("2026-03-02"):
        assert recognized("2026-02")["line_count"] == 1
        # Nobody can recognise it twice, nor a closed month, nor who may not.
        assert recognized("2026-02")["run_id"] is None
        bea = person("bea", Role.BILLING_SPECIALIST)
        bea.sends("revenue-recognize", month="2026-02-01", expecting=403)
        found = type_in(revenue.app, "waterfall", "KAROO", "--month", "2026-02")
        assert found["rows"] == []
        assert type_in(report.app, "reconcile")["ties"]
    last = balances(ana, "2026-12-31")
    assert (last["DEFERRED_REVENUE"], last["REVENUE"]) == (0, Decimal("-41.00"))
