"""Every line recomputed from its stored derivation; whatever is altered is noticed."""

import copy
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from billwright.invoicing import operations as invoicing
from billwright.invoicing.models import InvoiceLine, InvoiceTax, LineDiscount, LinePart
from billwright.invoicing.queries.derivations import get_derivation, stream_derivations
from billwright.invoicing.rows import CreditLine, NewCorrection, NewInvoice, NewLine
from billwright.kernel.money import Money
from billwright.rating import seals
from billwright.rating.evaluator import evaluate
from billwright.rating.operations import NewDiscount, give_discount
from billwright.subscriptions.operations import set_references
from billwright.workflow.bill_run.tests.builders import (
    bill,
    cancel,
    day,
    make_account,
    make_act,
    make_charge,
    make_plan,
    make_world,
    subscribe,
)
from billwright.workflow.explanations import verify_documents

pytestmark = pytest.mark.django_db


def make_book():
    """A prorated start, a quantity, a charge by hand, a cancellation credited by days, and notes by hand."""
    make_world()
    make_plan(price="99.99")
    make_plan("seats", price="12.345", model="PER_UNIT")
    ana = make_account("ANA")
    leaving = subscribe(ana, starts_on="2026-01-10")
    subscribe(ana, plan="seats", starts_on="2026-01-01", quantity="7")
    make_charge(ana, amount=4999)
    first = bill("2026-01-10").page.run.id
    cancel(leaving, ends_before="2026-01-20", as_of="2026-01-20")
    bill("2026-02-01")
    make_notes(ana, first)
    return ana


def make_notes(account, run_id):
    """An invoice by hand, and credit notes to the run's invoice: an amount, days, then the rest."""
    act = make_act("2026-02-10T10:00:00")
    lines = (
        NewLine(text="Work", quantity=Decimal("2.5"), unit_price=Decimal("33.333"), discount_percent=Decimal(7)),
        NewLine(text="Parts", amount=Money.of("19.99", "ZAR"), surcharge_percent=Decimal(3)),
    )
    draft = invoicing.draft_invoice(
        act=act, draft=NewInvoice(account_id=account.pk, document_date=day("2026-02-10"), lines=lines)
    )
    invoicing.issue_documents(act=act, invoice_ids=[draft.id])
    for shares in (
        (CreditLine(line_no=1, amount=Money.of("10.01", "ZAR")),),
        (CreditLine(line_no=2, amount=Money.of("7.77", "ZAR")),),
        (),
    ):
        correction = NewCorrection(
            invoice_id=draft.id, document_date=day("2026-02-10"), reason_code="GOODWILL", reason="sorry"
        )
        note = invoicing.draft_credit_note(act=act, correction=correction, lines=shares)
        invoicing.issue_documents(act=act, invoice_ids=[note.id])


def test_every_line_of_a_book_is_found_again():
    make_book()
    report = verify_documents()
    assert report.mismatches == ()
    assert report.document_count == 6
    assert report.line_count == len(InvoiceLine.objects.all())


def test_one_run_is_verified_alone():
    make_book()
    run_id = bill("2026-03-01").page.run.id
    assert verify_documents(run_id=run_id).document_count == 1


@pytest.mark.parametrize("chunk", [1, 2])
def test_chunks_leave_nothing_out(monkeypatch, chunk):
    make_book()
    monkeypatch.setattr("billwright.invoicing.queries.derivations.CHUNK", chunk)
    assert len(list(stream_derivations())) == 6


def altered(value):
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | Decimal):
        return value + 1
    if isinstance(value, str) and len(value) == 10 and value[4] == "-":
        return date.fromisoformat(value).replace(year=2031).isoformat()
    return (value or "") + "x" if not isinstance(value, list | dict) else value


def alter(row, column):
    row[column] = altered(row[column])


def is_noticed(derivation, alter):
    forged = copy.deepcopy(derivation)
    alter(forged)
    return bool(evaluate(forged))


def test_a_line_altered_in_any_column_is_noticed():
    make_book()
    unnoticed = [
        (line["line_no"], column)
        for derivation in stream_derivations()
        for place, line in enumerate(derivation["lines"])
        for column in seals.LINE
        if not is_noticed(derivation, lambda d, p=place, c=column: alter(d["lines"][p], c))
    ]
    assert unnoticed == []


def test_a_tax_or_head_altered_in_any_column_is_noticed():
    make_book()
    derivation = next(iter(stream_derivations()))
    for column in seals.TAX:
        assert is_noticed(derivation, lambda d, c=column: alter(d["taxes"][0], c)), column
    for column in ("net_minor", "tax_minor", "total_minor", "withheld_minor", "document_date", "accounting_date"):
        assert is_noticed(derivation, lambda d, c=column: alter(d["document"], c)), column


def test_a_posting_altered_is_noticed():
    make_book()
    derivation = next(iter(stream_derivations()))
    derivation["entry"]["postings"][1]["amount_minor"] += 1
    assert evaluate(derivation)


def test_an_amount_and_everything_built_on_it_altered_is_noticed_by_the_arithmetic():
    """A forger who also makes a new seal still cannot move a line from what its columns say."""
    make_book()
    derivation = next(iter(stream_derivations()))
    line = derivation["lines"][0]
    for row, columns in (
        (line, ("amount_minor", "net_minor")),
        (derivation["document"], ("net_minor", "total_minor")),
    ):
        for column in columns:
            row[column] += 1
    derivation["seal"]["digest"] = seals.digest_of(derivation)
    assert ("amount_minor", 1) in {(one.column, one.line_no) for one in evaluate(derivation)}


def test_a_percentage_is_reckoned_again_after_the_discounts_before_it():
    """Whoever alters what a discount took, and everything built on it, is still held to its percentage."""
    make_world()
    make_plan(price="99.99")
    ana = make_account("ANA")
    subscribe(ana, starts_on="2026-01-10")
    for name, percent in (("First", "33.3"), ("Second", "12.5")):
        given = NewDiscount(account_id=ana.pk, name=name, starts_on=day("2026-01-01"), percent=Decimal(percent))
        give_discount(act=make_act(), discount=given)
    bill("2026-01-10")
    derivation = next(iter(stream_derivations()))
    assert evaluate(derivation) == []
    line = derivation["lines"][0]
    line["discounts"][1]["amount_minor"] += 1
    line["discount_minor"] += 1
    assert ("discount_minor", 1) in {(one.column, one.line_no) for one in evaluate(derivation)}


def test_a_row_changed_in_the_database_is_named(as_owner):
    make_book()
    invoice_id = InvoiceLine.objects.order_by("invoice_id").first().invoice_id
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table invoicing_invoice_line disable trigger user")
        cursor.execute("update invoicing_invoice_line set unit_price = 1 where invoice_id = %s", [invoice_id])
        cursor.execute("alter table invoicing_invoice_line enable trigger user")
    report = verify_documents()
    assert {one.document_id for one in report.mismatches if one.column == "seal"} == {invoice_id}
    assert (invoice_id, "amount_minor") in {(one.document_id, one.column) for one in report.mismatches}


@pytest.mark.parametrize("forged", ["PO-9", ""])
def test_a_purchase_order_changed_or_taken_away_is_noticed(as_owner, forged):
    make_world()
    make_plan()
    row = subscribe(make_account("ANA"))
    set_references(act=make_act(), subscription_id=row.id, purchase_order="PO-1", cost_center="")
    bill("2026-01-01")
    assert verify_documents().mismatches == ()
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table invoicing_invoice_line disable trigger user")
        cursor.execute("update invoicing_invoice_line set purchase_order = %s where purchase_order = 'PO-1'", [forged])
        assert cursor.rowcount == 1
        cursor.execute("alter table invoicing_invoice_line enable trigger user")
    assert [one.column for one in verify_documents().mismatches] == ["seal"]


@pytest.mark.parametrize(
    ("model", "columns"),
    [
        (InvoiceLine, seals.LINE),
        (LinePart, ("line_no", *seals.PART[1:])),
        (LineDiscount, ("line_no", *seals.DISCOUNT[1:])),
        (InvoiceTax, seals.TAX),
    ],
)
def test_the_seal_covers_every_column(model, columns):
    fields = {field.column for field in model._meta.concrete_fields if field.column} - {"invoice_id"}
    assert fields == set(columns)


def test_a_draft_has_no_derivation():
    make_world()
    ana = make_account("ANA")
    lines = (NewLine(text="Work", unit_price=Decimal(5)),)
    draft = invoicing.draft_invoice(
        act=make_act(), draft=NewInvoice(account_id=ana.pk, document_date=day("2026-02-10"), lines=lines)
    )
    with pytest.raises(Exception, match="no such document"):
        get_derivation(draft.id)
