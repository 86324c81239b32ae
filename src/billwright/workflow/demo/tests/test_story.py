"""The demo's history in small: it ties out, and the same seed makes the same book, whoever lives first."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from stdnum import luhn

from billwright.accounts.policies import check_tax_number
from billwright.files.queries import list_jobs
from billwright.invoicing.printed import printed_document
from billwright.invoicing.queries import list_documents
from billwright.invoicing.queries.revenue import list_revenue_runs
from billwright.ledger.queries import assert_books_balance
from billwright.org.queries import get_legal_entity, list_bank_accounts
from billwright.org.states import DocumentKind as OrgKind
from billwright.payments.links import list_links
from billwright.payments.queries.bank import list_bank_entries, list_bank_files
from billwright.payments.queries.collections import list_failed, list_runs
from billwright.payments.queries.counter import list_cash_sessions, list_cheques
from billwright.payments.queries.mandates import list_mandates
from billwright.payments.queries.refunds import list_refund_orders
from billwright.payments.watch import list_flags
from billwright.receivables.queries.matching import list_matches
from billwright.receivables.queries.reconciliations import list_reconciliations
from billwright.render.documents import DocumentKind
from billwright.workflow.demo import load_demo
from billwright.workflow.demo.cast import COMPANIES
from billwright.workflow.demo.life import live
from billwright.workflow.demo.story import in_turn
from billwright.workflow.revenue_recognition import assert_deferred_revenue_ties, unrecognized


def tell(abreast=in_turn):
    return load_demo(
        actor="user:0",
        last_day=date(2026, 3, 20),
        progress=lambda done, whole, what: None,
        account_count=40,
        months=2,
        abreast=abreast,
    )


@pytest.fixture(scope="module")
def book(django_db_setup, shared_server, django_db_blocker):
    """The book, told once, and its database; the tests only read it."""
    with django_db_blocker.unblock():
        name = shared_server.clone()
        with shared_server.connected_to(name):
            report = tell()
    yield name, report
    shared_server.drop(name)


@pytest.fixture
def told(book, shared_server, django_db_blocker):
    name, report = book
    with django_db_blocker.unblock(), shared_server.connected_to(name):
        yield report


def test_the_book_ties_out_for_every_company(told):
    assert {row.entity for row in told.tie_outs} == {"KAROO", "BALKAN", "NIMBUS", "SURYA"}
    assert all(row.ties for row in told.tie_outs)
    assert_books_balance()


def test_what_was_billed_ahead_is_revenue_month_by_month(told):
    before = told.last_day.replace(day=1) - timedelta(days=1)
    entity_ids = [get_legal_entity(code=company.code).id for company in COMPANIES]
    runs = [run for entity_id in entity_ids for run in list_revenue_runs(legal_entity_id=entity_id)]
    assert {(run.month, run.turn) for run in runs} == {(told.first_day, 1)}
    with transaction.atomic():
        for entity_id in entity_ids:
            assert unrecognized(legal_entity_id=entity_id, as_of=before) == []
            assert_deferred_revenue_ties(legal_entity_id=entity_id, as_of=told.last_day)


def test_it_has_something_to_look_at(told):
    assert (told.account_count, told.first_day) == (40, date(2026, 2, 1))
    # The telecom company bills one customer of a sister in dollars, too.
    assert sorted(row.document_count > 5 for row in told.tie_outs) == [False, True, True, True, True]
    assert told.payment_count > 5


def test_a_bank_account_says_whose_it_is(told):
    labels = {get_legal_entity(code=company.code).id: company.short_name for company in COMPANIES}
    for legal_entity_id, name in labels.items():
        [account] = list_bank_accounts(legal_entity_id)
        assert account.label.startswith(f"{name}, Demo Bank")


def last_company_first(lives, first, until, say):
    for life in reversed(lives):
        live([life], first, until, say)
    return lives


def test_the_same_seed_makes_the_same_book_whichever_company_lives_first(told, shared_server):
    name = shared_server.clone()
    with shared_server.connected_to(name):
        again = tell(last_company_first)
    shared_server.drop(name)
    assert again == told


def states(rows):
    return {row.state for row in rows}


def test_every_desk_has_done_and_left_something(told):
    assert states(list_mandates()) >= {"ACTIVE", "SUSPENDED", "REVOKED"}
    assert states(list_runs()) >= {"CLOSED", "CHECKED"}
    assert list_failed(limit=1)
    assert states(list_bank_files()) == {"TAKEN", "QUARANTINED"}
    assert states(list_bank_entries()) >= {"NEW", "RECEIVED", "IGNORED"}
    assert states(list_matches()) >= {"OPEN", "ACCEPTED"}
    assert states(list_refund_orders()) >= {"REQUESTED", "DONE"}
    assert states(list_flags()) == {"RAISED", "CLEARED"}
    assert states(list_cheques()) >= {"RECEIVED", "RETURNED"}
    assert states(list_cash_sessions()) >= {"OPEN", "CLOSED"}
    assert states(list_jobs()) == {"TIED_OUT"}
    assert "EARLY_DISCOUNT" in {row.write_off_kind for row in list_matches() if row.state == "ACCEPTED"}
    assert states(list_reconciliations()) >= {"SIGNED_OFF"}
    assert list_links()


@pytest.mark.parametrize("company", COMPANIES, ids=lambda company: company.code)
def test_the_companies_carry_tax_numbers_with_true_check_digits(company):
    compact = company.tax_number.removeprefix("BG")
    assert check_tax_number(company.tax_number, country=company.country) == compact
    assert bool(company.tax_number) == (company.country != "US")
    assert company.country != "ZA" or luhn.is_valid(company.tax_number)


def test_indian_and_south_african_documents_are_tax_invoices(told):
    for code in ("SURYA", "KAROO"):
        entity = get_legal_entity(code=code)
        first, *_ = list_documents(legal_entity_id=entity.id, kind=OrgKind.INVOICE, state="ISSUED", limit=1)
        printed = printed_document(first.id)
        assert (printed.kind, printed.seller.tax_number) == (DocumentKind.TAX_INVOICE, entity.tax_number)
