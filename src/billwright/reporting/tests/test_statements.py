from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from billwright.kernel.money import Money
from billwright.kernel.periods import Period
from billwright.kernel.tests.builders import make_act
from billwright.org.queries import get_legal_entity
from billwright.org.terms import TermsPart
from billwright.receivables.operations import allocate
from billwright.receivables.rows import AllocationPart
from billwright.receivables.tests.builders import make_ana, make_boris, make_cash, make_item
from billwright.render.pdf import render_pdf
from billwright.reporting.statement_paper import movement_text, printed_statement, statement_workbook
from billwright.reporting.statements import default_period, statements

pytestmark = pytest.mark.django_db

FEBRUARY = Period(date(2026, 2, 1), date(2026, 3, 1))


def zar(amount):
    return Money.of(amount, "ZAR")


def told(statement):
    """The movements as text."""
    return [
        f"{row.on:%d %b} {movement_text(row)} {row.amount.decimal} -> {row.balance.decimal}"
        for row in statement.movements
    ]


def busy_february():
    """Ana: an old invoice, a new one, money, a credit note, and Boris pays the rest of the old one."""
    ana = make_ana()
    boris = make_boris(get_legal_entity(legal_entity_id=ana.legal_entity_id))
    old = make_item(ana, "100.00", dated="2026-01-05", due="2026-02-04")
    make_item(ana, "50.00", dated="2026-02-05", due="2026-03-07")
    own, other = make_cash(ana, "70.00", on="2026-02-10"), make_cash(boris, "40.00", on="2026-02-20")
    make_item(ana, "-20.00", dated="2026-02-25", due="2026-02-25")
    parts = [
        AllocationPart(open_item_id=old.pk, cash_id=own.pk, amount=zar("60.00")),
        AllocationPart(open_item_id=old.pk, cash_id=other.pk),
    ]
    allocate(act=make_act(), parts=parts)
    return ana, boris


def test_movements_are_told_in_the_language_of_the_account():
    ana, _boris = busy_february()
    [statement] = statements(account_ids=[ana.id], period=FEBRUARY)
    german = replace(statement, account=replace(statement.account, language="de"))
    texts = [row.text for row in printed_statement(german, issued_on=date(2026, 3, 1)).movements]
    assert texts == ["Rechnung", "Zahlung erhalten", "Mit einem anderen Konto verrechnet", "Rechnungskorrektur"]


def test_opening_movements_closing_and_age():
    ana, boris = busy_february()
    [statement, of_boris] = statements(account_ids=[ana.id, boris.id], period=FEBRUARY)
    assert statement.opening == zar("100.00")
    assert told(statement) == [
        "05 Feb Invoice 50.00 -> 150.00",
        "10 Feb Payment received -70.00 -> 80.00",
        "20 Feb Settled with another account -40.00 -> 40.00",
        "25 Feb Credit note -20.00 -> 20.00",
    ]
    assert (statement.closing, statement.owed, statement.unallocated) == (zar("20.00"), zar("30.00"), zar("10.00"))
    assert statement.ageing == (zar("50.00"), zar("-20.00"), zar("0"), zar("0"), zar("0"))
    assert told(of_boris) == [
        "20 Feb Payment received -40.00 -> -40.00",
        "20 Feb Settled with another account 40.00 -> 0.00",
    ]


def test_a_document_due_in_parts_names_the_day_of_each():
    ana = make_ana()
    parts = (TermsPart(share=Decimal(40), days=10), TermsPart(rest=True, months=1))
    make_item(ana, "100.00", dated="2026-02-05", parts=parts)
    [statement] = statements(account_ids=[ana.id], period=FEBRUARY)
    assert told(statement) == ["05 Feb Invoice: 40.00 due 15 Feb 2026, 60.00 due 05 Mar 2026 100.00 -> 100.00"]
    assert [part.due_date for part in statement.movements[0].parts] == [date(2026, 2, 15), date(2026, 3, 5)]


def test_an_earlier_day_has_its_own_statement():
    ana, _boris = busy_february()
    [statement] = statements(account_ids=[ana.id], period=default_period(date(2026, 2, 10)))
    assert statement.period.starts_on == date(2025, 11, 11)
    assert (statement.opening, statement.closing) == (zar("0"), zar("80.00"))


def test_the_queries_do_not_grow_with_the_accounts(django_assert_num_queries):
    ana, boris = busy_february()
    with django_assert_num_queries(5):
        statements(account_ids=[ana.id], period=FEBRUARY)
    with django_assert_num_queries(5):
        statements(account_ids=[ana.id, boris.id], period=FEBRUARY)


def test_on_paper_and_as_a_workbook():
    ana, _boris = busy_february()
    [statement] = statements(account_ids=[ana.id], period=FEBRUARY)
    paper = printed_statement(statement, issued_on=date(2026, 3, 1))
    assert paper.payment is not None
    assert (paper.payment.amount, paper.payment.reference) == (zar("20.00"), ana.number)
    assert sum((bucket.amount for bucket in paper.ageing), start=zar("0")) == zar("30.00")
    assert render_pdf(paper).startswith(b"%PDF")
    assert statement_workbook([statement]).startswith(b"PK")


def test_nothing_owed_has_no_slip():
    ana = make_ana()
    make_cash(ana, "5.00")
    [statement] = statements(account_ids=[ana.id], period=FEBRUARY)
    assert printed_statement(statement, issued_on=date(2026, 3, 1)).payment is None
